import { expect, test } from "vitest";
import { pastBest, pastBestText } from "./past-best.js";

const looks = (losses: readonly number[]) =>
  losses.map((loss, at) => ({ share: (at + 1) / losses.length, loss }));

/** A curve that falls to 0.5 at its fourth of ten, and rises to 0.8. */
const RISING = [1, 0.7, 0.55, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8];
/** Numbers that scatter by a tenth about 1, with no trend. */
const SCATTER = Array.from({ length: 40 }, (_, at) => 1 + (((at * 7919) % 101) / 101 - 0.5) / 5);

test("finds the best of a curve that rises again, with training loss far under it", () => {
  const best = pastBest(looks(RISING), 0.1);
  expect(best?.share).toBe(0.4);
  expect(best?.ratio).toBeCloseTo(0.75 / 0.55, 10);
});

test.each([
  ["it still falls", RISING.toSorted((a, b) => b - a), 0.1],
  ["training loss is as large", RISING, 0.4],
  ["the rise is small", RISING.map((loss) => 100 + loss), 0.1],
  ["its best is late", [...Array<number>(30).fill(1), ...RISING], 0.1],
  ["one look alone is bad", [1, 0.7, 0.6, 0.55, 0.5, 0.48, 0.47, 0.46, 0.455, 3], 0.1],
  ["one look alone was good", [1, 0.7, 0.1, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6], 0.01],
  ["it scatters", SCATTER, 0.1],
  ["it is not a number", RISING.map(() => NaN), 0.1],
  ["there are three", [0.5, 0.7, 0.9], 0.1],
  ["there are none", [], 0.1],
])("finds none where %s", (_why, losses, train) => {
  expect(pastBest(looks(losses), train)).toBeUndefined();
});

test("a curve that scatters and rises is found", () => {
  const losses = SCATTER.map((loss, at) => loss * (at < 12 ? 1 : 1 + (at - 12) / 20));
  expect(pastBest(looks(losses), 0.1)?.share).toBeLessThan(0.5);
});

test("says it in three sentences, with what to do", () => {
  const facts = { train: 0.1, name: "validation", at: (share: number) => `in epoch ${10 * share}` };
  expect(pastBestText(looks(RISING), facts)).toBe(
    "The validation loss was best in epoch 4, and is 1.36 times that now, far above the training loss. What is left is no longer variance: neither importance sampling nor longer steps help. Augment the data, regularise, or stop there.",
  );
  expect(pastBestText(looks(RISING), { ...facts, train: 1 })).toBeUndefined();
});
