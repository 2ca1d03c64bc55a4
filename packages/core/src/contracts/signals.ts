/**
 * Names a per-example number or vector; an open set. `embedding`: the outputs z that the loss is taken of, [B · D];
 * `output-gradient`: ∂ℓ/∂z of each example, [B · D], whose norm is the `upper-bound`.
 */
export type Signal =
  | "loss"
  | "upper-bound"
  | "gradient-norm"
  | "probabilities"
  | "embedding"
  | "output-gradient"
  | (string & {});

/** Holds signals by name, row-major: [B], or [B · D] for vectors. */
export type Signals = Readonly<Record<string, Float32Array>>;

/**
 * Signals that an example's weight is a factor of. The weight is one product: sample weight × class weight × weight of a first
 * stage, where one proposed the example. Pools, and the step that trains on them, have these signals with the whole of it;
 * what a sampler observes has them without the first stage's, which is the sampler's own doing.
 */
export const WEIGHTED_SIGNALS: ReadonlySet<Signal> = new Set([
  "loss",
  "upper-bound",
  "gradient-norm",
  "output-gradient",
]);

/** Tells what a signal costs: `free` ones come with a training pass, `paid` ones take passes of their own. */
export type SignalPrice = "free" | "paid";
