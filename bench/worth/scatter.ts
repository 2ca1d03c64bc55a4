import { setUpPart, type Dataset, type Handle, type Learner, type Random } from "@unequal/core";
import { proportional, unbiased } from "@unequal/samplers";
import { drawWeights, type DrawingParts } from "./draw-weights.js";

/** Gradients of some batches at one point of training, and what their scatter says. */
export interface Scatter {
  /** Tr V of uniform batches over that of batches by importance, of as many rows: the gain, measured. */
  readonly gain: number;
  /** ρ = b ‖∇L‖² / Tr Σ of AdaScale, for b rows. */
  readonly signal: number;
}

/** ⟨∇L, Δθ⟩ of a step, before it and after it, by batches that are not its own: κ is their ratio. */
export interface Slopes {
  readonly before: number;
  readonly after: number;
}

type Vector = readonly Float32Array[];

function inner(a: Vector, b: Vector): number {
  return a.reduce(
    (sum, part, at) =>
      sum +
      part.reduce(
        (dot, value, place) => dot + value * ((b[at] as Float32Array)[place] as number),
        0,
      ),
    0,
  );
}

/** ‖a − b‖². */
function distance(a: Vector, b: Vector): number {
  return inner(a, a) - 2 * inner(a, b) + inner(b, b);
}

/** What gradients are taken of. */
export interface Ground {
  readonly learner: Learner;
  readonly train: Dataset;
  readonly random: Random;
  readonly batchSize: number;
  readonly presample: number;
}

async function read({ learner }: Ground, handle: Handle): Promise<Vector> {
  const parts = (await learner.read(handle)).map((part) => part.slice());
  handle.dispose();
  return parts;
}

function someOf({ train, random }: Ground, count: number): Uint32Array {
  return Uint32Array.from({ length: count }, () => random.integer(train.size));
}

/** Coefficients of rows, by place. */
type Weigh = (
  ids: Uint32Array,
  batch: ReturnType<Learner["upload"]>,
) => Promise<ReadonlyMap<number, number>>;

async function gradientOf(ground: Ground, ids: Uint32Array, weigh: Weigh): Promise<Vector> {
  const { learner, train } = ground;
  const batch = learner.upload(await train.take(ids, new Uint32Array(ids.length)));
  const weights = await weigh(ids, batch);
  const { gradient } = await learner.gradient(
    {
      batch,
      rows: Int32Array.from(weights.keys()),
      coefficients: Float32Array.from(weights.values()),
    },
    { noise: 1, mode: "inference", regulariser: false, signals: [] },
  );
  batch.dispose();
  return read(ground, gradient);
}

const alike: Weigh = async (ids) => new Map(Array.from(ids.keys(), (row) => [row, 1 / ids.length]));

/** Draws by the upper bound, and weighs without bias, as steps do. */
function drawn({ learner, batchSize }: Ground, parts: DrawingParts): Weigh {
  return async (ids, batch) => {
    const scores = (await learner.compute(["upper-bound"], batch))["upper-bound"] as Float32Array;
    const [keys, weights] = [new Uint32Array(ids.length), new Float32Array(ids.length).fill(1)];
    return drawWeights(parts, { ids, keys, weights, signals: {}, scores, scoredAt: 0 }, batchSize);
  };
}

/** Takes pairs of independent gradients, of uniform batches and of batches by importance: E‖g₁ − g₂‖² = 2 Tr V. */
export async function scatterOf(ground: Ground, pairs: number): Promise<Scatter> {
  const { batchSize, presample } = ground;
  const parts = {
    sampler: setUpPart("sampler", proportional()),
    weighting: setUpPart("weighting", unbiased()),
  };
  const sums = { uniform: 0, importance: 0, square: 0 };
  for (let pair = 0; pair < pairs; pair++) {
    const uniform = () => gradientOf(ground, someOf(ground, batchSize), alike);
    const importance = () => gradientOf(ground, someOf(ground, presample), drawn(ground, parts));
    const [first, second] = [await uniform(), await uniform()];
    sums.uniform += distance(first, second) / 2;
    sums.square += inner(first, second);
    sums.importance += distance(await importance(), await importance()) / 2;
  }
  return { gain: sums.uniform / sums.importance, signal: sums.square / sums.uniform };
}

/** Measures the slope along a step, at its ends. */
export async function slopesOf(
  ground: Ground,
  rows: number,
  step: () => Promise<unknown>,
): Promise<Slopes> {
  const { learner } = ground;
  const ids = someOf(ground, rows);
  const before = await gradientOf(ground, ids, alike);
  const from = learner.parameters();
  await step();
  const to = learner.parameters();
  const moved = await read(
    ground,
    learner.combine([
      [1, to],
      [-1, from],
    ]),
  );
  from.dispose();
  to.dispose();
  return {
    before: inner(before, moved),
    after: inner(await gradientOf(ground, ids, alike), moved),
  };
}
