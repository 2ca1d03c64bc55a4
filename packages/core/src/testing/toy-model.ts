import { createRandom } from "../random/create-random.js";

/** Describes the toy's linear model z = Wᵀx + c, with θ = (W, c) as one vector [(features + 1) · outputs]. */
export interface ToyModel {
  readonly features: number;
  readonly outputs: number;
  /** `softmax`: −Σ y log softmax(z); `squared`: (1/outputs) ‖z − y‖². */
  readonly loss: "softmax" | "squared";
  /** Share of the inputs that a training pass zeroes, the rest scaled up by 1/(1 − dropout). */
  readonly dropout: number;
}

/** Holds one example: x [features], y [outputs], and its weight, part of its loss. */
export interface ToyExample {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly weight: number;
}

/** Holds what one example's forward pass found; loss and delta include the example's weight. */
export interface ToyForward {
  readonly loss: number;
  /** ∂ℓ/∂z, [outputs]. */
  readonly delta: Float64Array;
  /** z, [outputs]. */
  readonly z: Float64Array;
  /** softmax(z), or z itself for squared loss, [outputs]. */
  readonly output: Float64Array;
  /** 1 if the largest output is not the target's largest, else 0. */
  readonly error: number;
}

function outputs({ features, outputs: width }: ToyModel, theta: Float64Array, x: Float64Array) {
  return Float64Array.from({ length: width }, (_, out) => {
    let z = theta[features * width + out] as number;
    for (let at = 0; at < features; at++)
      z += (x[at] as number) * (theta[at * width + out] as number);
    return z;
  });
}

function argMax(values: Float64Array): number {
  return values.indexOf(Math.max(...values));
}

function softmaxLoss(z: Float64Array, y: Float64Array) {
  const top = Math.max(...z);
  const total = z.reduce((sum, value) => sum + Math.exp(value - top), 0);
  const mass = y.reduce((sum, value) => sum + value, 0);
  const logOf = (out: number): number => (z[out] as number) - top - Math.log(total);
  const output = z.map((_, out) => Math.exp(logOf(out)));
  return {
    loss: y.reduce((sum, value, out) => (value === 0 ? sum : sum - value * logOf(out)), 0),
    delta: output.map((p, out) => mass * p - (y[out] as number)),
    output,
  };
}

function squaredLoss(z: Float64Array, y: Float64Array) {
  const gaps = z.map((value, out) => value - (y[out] as number));
  return {
    loss: gaps.reduce((sum, gap) => sum + gap * gap, 0) / z.length,
    delta: gaps.map((gap) => (2 * gap) / z.length),
    output: z,
  };
}

/** Runs one example forward at θ. */
export function forward(model: ToyModel, theta: Float64Array, example: ToyExample): ToyForward {
  const z = outputs(model, theta, example.x);
  const { loss, delta, output } =
    model.loss === "softmax" ? softmaxLoss(z, example.y) : squaredLoss(z, example.y);
  return {
    loss: example.weight * loss,
    delta: delta.map((value) => example.weight * value),
    z,
    output,
    error: argMax(output) === argMax(example.y) ? 0 : 1,
  };
}

/** Adds coefficient · ∂ℓ/∂θ of one example to `gradient`, [(features + 1) · outputs]. */
export function addGradient(
  gradient: Float64Array,
  { x }: ToyExample,
  { delta, coefficient }: { readonly delta: Float64Array; readonly coefficient: number },
): void {
  const width = delta.length;
  for (let at = 0; at <= x.length; at++) {
    const input = at === x.length ? 1 : (x[at] as number);
    for (let out = 0; out < width; out++) {
      const index = at * width + out;
      gradient[index] = (gradient[index] as number) + coefficient * input * (delta[out] as number);
    }
  }
}

/** Applies the dropout mask that belongs to a noise seed and a row. */
export function dropOut(
  { dropout }: ToyModel,
  example: ToyExample,
  mask: { readonly noise: number; readonly row: number },
): ToyExample {
  if (dropout === 0) return example;
  const random = createRandom(mask.noise).fork(`row ${mask.row}`);
  const x = example.x.map((value) => (random.uniform() < dropout ? 0 : value / (1 - dropout)));
  return { ...example, x };
}
