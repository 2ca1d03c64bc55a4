import { expect, test } from "vitest";
import { createRandom } from "./create-random.js";

function draws(random: { uniform: () => number }, count = 5): number[] {
  return Array.from({ length: count }, () => random.uniform());
}

test("a path of roles decides the stream: the same again, another for another seed or role", () => {
  expect(draws(createRandom(1).fork("a"))).toEqual(draws(createRandom(1).fork("a")));
  const streams = [
    createRandom(1),
    createRandom(2),
    createRandom(1).fork("a"),
    createRandom(1).fork("b"),
    createRandom(1).fork("a").fork("a"),
  ];
  expect(new Set(streams.map((random) => draws(random).join())).size).toBe(streams.length);
});

test("what one role draws never moves another", () => {
  const root = createRandom(3);
  const before = draws(root.fork("b"));
  draws(root.fork("a"), 100);
  draws(root, 100);
  expect(draws(root.fork("b"))).toEqual(before);
});

test("continues from its state", () => {
  const random = createRandom(4);
  draws(random, 7);
  const saved = random.state();
  const next = draws(random);
  const other = createRandom(99);
  other.restore(saved);
  expect(draws(other)).toEqual(next);
  expect(() => other.restore({ version: 2 })).toThrow(
    expect.objectContaining({ code: "STATE_INCOMPATIBLE" }) as Error,
  );
});

test("uniform numbers have mean ½ and variance 1/12, within 4 standard errors of 20,000 draws", () => {
  const values = draws(createRandom(5), 20_000);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - 0.5) ** 2, 0) / values.length;
  expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / values.length));
  expect(Math.abs(variance - 1 / 12)).toBeLessThan(4 * Math.sqrt(1 / 180 / values.length));
  expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
});

test("integers are even over their range, and a shuffle is a permutation with every place equally likely", () => {
  const random = createRandom(6);
  const tally = new Float64Array(7);
  for (let draw = 0; draw < 14_000; draw++) {
    const value = random.integer(7);
    tally[value] = (tally[value] as number) + 1;
  }
  for (const count of tally)
    expect(Math.abs(count - 2000)).toBeLessThan(5 * Math.sqrt(2000 * (6 / 7)));
  const places = new Float64Array(5);
  for (let time = 0; time < 5000; time++) {
    const at = random.shuffle(Uint32Array.of(0, 1, 2, 3, 4)).indexOf(0);
    places[at] = (places[at] as number) + 1;
  }
  for (const count of places)
    expect(Math.abs(count - 1000)).toBeLessThan(5 * Math.sqrt(1000 * 0.8));
  expect([...random.shuffle(Int32Array.of(4, 5, 6))].sort()).toEqual([4, 5, 6]);
  expect(random.seed()).toBeGreaterThan(0);
});
