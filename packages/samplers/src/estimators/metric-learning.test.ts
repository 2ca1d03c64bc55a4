import { createRandom, type Handle, type Learner, type Part } from "@unequal/core";
import { setUpPart, toyDataset, toyLearner, toyProgress } from "@unequal/core/testing";
import { describe, expect, test } from "vitest";
import { contrastive, triplet } from "../index.js";

const SIZE = 6;
const dataset = toyDataset({ size: SIZE, features: 4, outputs: 3 });
const labels = dataset.labels?.() as Int32Array;

function learnerOf(seed = 3, l2 = 0) {
  return toyLearner({ features: 4, outputs: 3, learningRate: 1, seed, l2 });
}

async function stepOnce(
  part: Part<"estimator">,
  learner: Learner,
  given: { readonly groups?: readonly number[]; readonly coefficients: readonly number[] },
) {
  const { role } = setUpPart(part);
  role.bind?.(learner, { size: SIZE, labels });
  const ids = Uint32Array.from({ length: SIZE }, (_, id) => id);
  const batch = learner.upload(await dataset.take(ids, new Uint32Array(SIZE)));
  return role.step({
    learner,
    batch,
    ids,
    rows: Int32Array.from(ids),
    ...(given.groups && { groups: Int32Array.from(given.groups) }),
    coefficients: Float32Array.from(given.coefficients),
    progress: toyProgress(0),
    rate: 1,
    noise: 1,
    random: createRandom(0),
    signals: ["embedding"],
    reference: { size: SIZE, walk: async () => {} },
  });
}

async function theta(learner: Learner, handle: Handle): Promise<Float64Array> {
  const parts = await learner.read(handle);
  handle.dispose();
  return Float64Array.from(parts[0] ?? [], (_, at) =>
    parts.reduce((sum, part) => sum + (part[at] as number), 0),
  );
}

/** Outputs of the toy model, z = Wᵀx + c, by θ alone. */
async function outputs(parameters: Float64Array): Promise<number[][]> {
  const ids = Uint32Array.from({ length: SIZE }, (_, id) => id);
  const { inputs } = await dataset.take(ids, new Uint32Array(SIZE));
  const [{ data } = { data: [] }] = Object.values(inputs) as { data: ArrayLike<number> }[];
  return Array.from({ length: SIZE }, (_, row) =>
    [0, 1, 2].map((out) =>
      [0, 1, 2, 3].reduce(
        (z, at) => z + (data[row * 4 + at] as number) * (parameters[at * 3 + out] as number),
        parameters[12 + out] as number,
      ),
    ),
  );
}

type Loss = (squared: (i: number, j: number) => number, members: readonly number[]) => number;

async function naive(
  parameters: Float64Array,
  loss: Loss,
  {
    groups,
    coefficients,
    normalise,
  }: {
    readonly groups: readonly number[];
    readonly coefficients: readonly number[];
    readonly normalise: boolean;
  },
): Promise<number> {
  const z = await outputs(parameters);
  const unit = z.map((row) => row.map((value) => (normalise ? value / Math.hypot(...row) : value)));
  const squared = (i: number, j: number): number =>
    Math.hypot(...(unit[i] as number[]).map((value, at) => value - (unit[j]?.[at] as number))) ** 2;
  const arity = groups.length / coefficients.length;
  return coefficients.reduce(
    (sum, c, g) => sum + c * loss(squared, groups.slice(g * arity, (g + 1) * arity)),
    0,
  );
}

const tripletLoss =
  (margin: number): Loss =>
  (squared, [a = 0, p = 0, n = 0]) =>
    Math.max(0, squared(a, p) - squared(a, n) + margin);
const contrastiveLoss =
  (margin: number): Loss =>
  (squared, [i = 0, j = 0]) =>
    labels[i] === labels[j] ? squared(i, j) : Math.max(0, margin - Math.sqrt(squared(i, j))) ** 2;

const triplets = [0, 3, 1, 3, 0, 2, 1, 4, 5, 0, 3, 4, 2, 5, 0];
const pairs = [0, 3, 1, 4, 0, 1, 2, 4, 5, 0];
const coefficients = [0.5, 0.2, 0.25, 0.125, 0.3];

describe.each([
  ["triplet", triplet({ margin: 0.7 }), tripletLoss(0.7), triplets, true],
  [
    "triplet without normalisation",
    triplet({ margin: 0.4, normalise: false }),
    tripletLoss(0.4),
    triplets,
    false,
  ],
  ["contrastive", contrastive({ margin: 1.5 }), contrastiveLoss(1.5), pairs, true],
  [
    "contrastive without normalisation",
    contrastive({ margin: 2, normalise: false }),
    contrastiveLoss(2),
    pairs,
    false,
  ],
] as const)("%s", (_, part, loss, groups, normalise) => {
  test("steps along the gradient of its loss, by central differences", async () => {
    const learner = learnerOf();
    const before = await theta(learner, learner.parameters());
    const result = await stepOnce(part, learner, { groups, coefficients });
    const after = await theta(learner, learner.parameters());
    const at = (parameters: Float64Array): Promise<number> =>
      naive(parameters, loss, { groups, coefficients, normalise });
    expect(result.loss).toBeCloseTo(await at(before), 6);
    expect(result.loss).toBeGreaterThan(0.1);
    const step = 1e-5;
    for (let index = 0; index < before.length; index++) {
      const moved = (by: number): Float64Array =>
        before.map((value, other) => (other === index ? value + by : value));
      const slope = ((await at(moved(step))) - (await at(moved(-step)))) / (2 * step);
      expect((before[index] as number) - (after[index] as number)).toBeCloseTo(slope, 5);
    }
  });

  test("tells each row the mean loss of its groups, and the outputs", async () => {
    const learner = learnerOf();
    const before = await theta(learner, learner.parameters());
    const { signals } = await stepOnce(part, learner, { groups, coefficients });
    const arity = groups.length / coefficients.length;
    for (let row = 0; row < SIZE; row++) {
      const own = coefficients
        .map((_, g) => groups.slice(g * arity, (g + 1) * arity))
        .filter((members) => members.includes(row));
      let sum = 0;
      for (const members of own)
        sum += await naive(before, loss, { groups: members, coefficients: [1], normalise });
      expect(signals.loss?.[row]).toBeCloseTo(own.length === 0 ? 0 : sum / own.length, 5);
    }
    const z = (await outputs(before)).flat();
    signals.embedding?.forEach((value, at) => expect(value).toBeCloseTo(z[at] as number, 5));
    expect(signals.embedding?.length).toBe(3 * SIZE);
  });

  test("adds the regularisers' gradient, whatever the coefficients", async () => {
    const [bare, decayed] = [learnerOf(3, 0), learnerOf(3, 0.5)];
    const before = await theta(bare, bare.parameters());
    await stepOnce(part, bare, { groups, coefficients });
    await stepOnce(part, decayed, { groups, coefficients });
    const [plain, shrunk] = [
      await theta(bare, bare.parameters()),
      await theta(decayed, decayed.parameters()),
    ];
    plain.forEach((value, at) =>
      expect(value - (shrunk[at] as number)).toBeCloseTo(0.5 * (before[at] as number), 9),
    );
  });

  test("steps on mined groups only", async () => {
    await expect(
      stepOnce(part, learnerOf(), { coefficients: Array(SIZE).fill(1) }),
    ).rejects.toThrow(expect.objectContaining({ code: "ESTIMATOR_UNSUPPORTED" }));
  });
});

test("negatives at distance 0 have a loss and no slope", async () => {
  const learner = learnerOf();
  learner.assign(learner.write([new Float32Array(15)]));
  for (const [part, groups, loss] of [
    [triplet(), [0, 3, 1], 0.2],
    [contrastive(), [0, 1], 1],
  ] as const) {
    const result = await stepOnce(part, learner, { groups, coefficients: [1] });
    expect(result.loss).toBeCloseTo(loss, 9);
    expect(await theta(learner, learner.parameters())).toEqual(new Float64Array(15));
  }
});

test("contrastive needs labels", () => {
  const { role } = setUpPart(contrastive());
  expect(() => role.bind?.(learnerOf(), { size: SIZE })).toThrow(
    expect.objectContaining({ code: "LABELS_MISSING" }),
  );
});
