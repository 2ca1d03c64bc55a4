import { expect, test } from "vitest";
import { createRandom } from "../random/create-random.js";
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

test("shows what it would deal next, up to the end of a pass, without dealing it", () => {
  const order = createCandidateOrder(10, createRandom(1).fork("order"), true);
  expect(order.peek(3)).toBeUndefined();
  order.next(12);
  const state = order.state();
  const shown = order.peek(8);
  expect(order.peek(9)).toBeUndefined();
  expect(order.state()).toEqual(state);
  expect(order.next(8)).toEqual(shown);
});
