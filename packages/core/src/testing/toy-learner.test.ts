import { describe, expect, test } from "vitest";
import { toyDataset } from "./toy-dataset.js";
import { toyLearner, type ToyLearnerOptions } from "./toy-learner.js";

const SIZE = 12;
const ALL = Int32Array.from({ length: SIZE }, (_, row) => row);
const COEFFICIENTS = Float32Array.from(ALL, (row) => 0.05 * (row + 1));

const cases: readonly (readonly [string, ToyLearnerOptions])[] = [
  ["softmax", { loss: "softmax", outputs: 3 }],
  ["squared", { loss: "squared", outputs: 2 }],
  ["softmax with dropout and a regulariser", { loss: "softmax", dropout: 0.3, l2: 0.5 }],
];

async function uploaded(options: ToyLearnerOptions) {
  const task = options.loss === "squared" ? "numbers" : "classes";
  const outputs = options.outputs ?? 2;
  const weights = Float32Array.from(ALL, (row) => 1 + (row % 3));
  const dataset = toyDataset({ size: SIZE, task, outputs, weights });
  const learner = toyLearner(options);
  const batch = learner.upload(await dataset.take(Uint32Array.from(ALL), new Uint32Array(SIZE)));
  return { learner, batch };
}

describe.each(cases)("toyLearner: %s", (_, options) => {
  test("its gradient is the slope of its loss by central differences", async () => {
    const { learner, batch } = await uploaded(options);
    const rows = { batch, rows: ALL, coefficients: COEFFICIENTS };
    const request = { noise: 5, mode: "training", regulariser: true, signals: [] } as const;
    const start = (await learner.read(learner.parameters()))[0] as Float32Array;
    const at = learner.write([start]);
    const { gradient } = await learner.gradient(rows, { ...request, at });
    const analytic = (await learner.read(gradient))[0] as Float32Array;
    const objective = async (theta: Float64Array): Promise<number> => {
      const high = Float32Array.from(theta);
      const low = Float32Array.from(theta, (value, index) => value - (high[index] as number));
      const { result } = await learner.gradient(rows, {
        ...request,
        at: learner.write([high, low]),
      });
      const squares = theta.reduce((sum, value) => sum + value * value, 0);
      return result.loss + ((options.l2 ?? 0) / 2) * squares;
    };
    for (let index = 0; index < start.length; index++) {
      const moved = (by: number) =>
        Float64Array.from(start, (value, other) => value + (other === index ? by : 0));
      const slope = ((await objective(moved(1e-4))) - (await objective(moved(-1e-4)))) / 2e-4;
      expect(analytic[index]).toBeCloseTo(slope, 5);
    }
  });

  test("gradient-norm is the length of each example's own gradient", async () => {
    const { learner, batch } = await uploaded({ ...options, dropout: 0, l2: 0 });
    const signals = await learner.compute(["gradient-norm"], batch);
    for (const row of ALL) {
      const { gradient } = await learner.gradient(
        { batch, rows: Int32Array.of(row), coefficients: Float32Array.of(1) },
        { noise: 1, mode: "inference", regulariser: false, signals: [] },
      );
      const length = Math.hypot(...((await learner.read(gradient))[0] as Float32Array));
      expect(signals["gradient-norm"]?.[row]).toBeCloseTo(length, 5);
    }
  });
});

test("read and write keep every bit of a double", async () => {
  const learner = toyLearner({ seed: 3 });
  const { theta } = (await learner.state()) as unknown as { theta: Float64Array };
  const copy = learner.write(await learner.read(learner.parameters()));
  learner.assign(copy);
  expect(((await learner.state()) as unknown as { theta: Float64Array }).theta).toEqual(theta);
  expect(theta.some((value) => Math.fround(value) !== value)).toBe(true);
});

test("a disposed handle is refused and no longer counted", () => {
  const learner = toyLearner();
  const handle = learner.parameters();
  expect(learner.alive()).toBe(1);
  handle.dispose();
  expect(learner.alive()).toBe(0);
  expect(() => learner.assign(handle)).toThrow(expect.objectContaining({ code: "DISPOSED" }));
});

test("a batch of another shape is refused", async () => {
  const host = await toyDataset({ features: 4 }).take(Uint32Array.of(0), Uint32Array.of(0));
  expect(() => toyLearner().upload(host)).toThrow(
    expect.objectContaining({ code: "SHAPE_MISMATCH" }),
  );
});

test("a key makes another example of an id, the same one every time", async () => {
  const dataset = toyDataset({ jitter: 0.1 });
  const take = async (key: number) =>
    (await dataset.take(Uint32Array.of(5), Uint32Array.of(key))).inputs;
  expect(await take(7)).toEqual(await take(7));
  expect(await take(7)).not.toEqual(await take(8));
});
