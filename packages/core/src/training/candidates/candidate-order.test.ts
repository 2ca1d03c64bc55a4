import { expect, test } from "vitest";
import { createRandom } from "../../random/create-random.js";
import { createCandidateOrder } from "./candidate-order.js";

test("deals every id once in each pass, and goes on into the next", () => {
  const order = createCandidateOrder(10, createRandom(1).fork("order"), true);
  const first = order.next(7);
  const second = order.next(13);
  const dealt = [...first.ids, ...second.ids];
  const sorted = (ids: readonly number[]) => [...ids].sort((a, b) => a - b);
  expect(sorted(dealt.slice(0, 10))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(sorted(dealt.slice(10))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(dealt.slice(0, 10)).not.toEqual(dealt.slice(10));
  expect([...first.keys, ...second.keys].slice(8, 12)).toEqual([0, 0, 1, 1]);
  expect(order.passes()).toBe(2);
});

test("shows what it would deal next, beyond the end of passes too, without dealing it", () => {
  const order = createCandidateOrder(10, createRandom(1).fork("order"), true);
  order.next(12);
  const shown = [order.peek(8), order.peek(25, 8), order.peek(3, 1)] as const;
  const { position } = order.state();
  expect(position).toBe(2);
  const state = order.state();
  const dealt = [order.next(8), order.next(25)];
  expect(dealt).toEqual(shown.slice(0, 2));
  expect([...shown[2].ids]).toEqual([...shown[0].ids.slice(1, 4)]);
  const again = createCandidateOrder(10, createRandom(1).fork("order"), true);
  again.restore(state);
  expect([again.next(8), again.next(25)]).toEqual(dealt);
});

test("what is looked into ahead changes nothing of what is dealt", () => {
  const [plain, peeked] = [1, 2].map(() =>
    createCandidateOrder(10, createRandom(1).fork("o"), true),
  );
  for (let round = 0; round < 20; round++) {
    peeked?.peek(7, 3 * round);
    expect(peeked?.next(7)).toEqual(plain?.next(7));
    expect(peeked?.passes()).toBe(plain?.passes());
  }
});
