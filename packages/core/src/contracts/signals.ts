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

/** Tells what a signal costs: `free` ones come with a training pass, `paid` ones take passes of their own. */
export type SignalPrice = "free" | "paid";
