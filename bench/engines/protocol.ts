/** The engines that are compared; "ours" is the wasm engine with our kernels, "stock" the one as shipped. */
export const ENGINES = [
  "ours",
  "stock",
  "tensorflow",
  "tensorflow-gpu",
  "webgpu",
  "cpu",
  "torch",
] as const;
export type EngineName = (typeof ENGINES)[number];

/** The models that are trained. */
export const MODELS = ["mlp", "cnn", "lstm", "wrn-16-1", "wrn-28-2", "embedding"] as const;
export type ModelName = (typeof MODELS)[number];

/**
 * What is timed: one update with its loss read, one prediction with its output read, or an importance step,
 * which scores 3 b candidates, draws b of them by the upper bound and trains on them.
 */
export type Pass = "step" | "forward" | "importance";

/** What the parent writes: one line each, `load` before the passes. */
export type Request = `load ${ModelName}` | Pass;

/** Says once, at the start of a child, what the engine is, or why it is absent. */
export type Greeting =
  { readonly version: string; readonly hardware?: "cpu" | "gpu" } | { readonly absent: string };

/** Answers `load`: what the warm-up found, or the kernel for want of which the model does not train. */
export type Loaded =
  | {
      readonly loss: number;
      /** Updates made; fewer than `WARM_UPS` on an engine that is slow. */
      readonly warmUps: number;
    }
  | { readonly missing: string };

/** Answers a pass: its time in milliseconds. */
export interface Timed {
  readonly ms: number;
}

/** Answers any request that failed: the error with its stack. */
export interface Failed {
  readonly error: string;
}

/** Training steps made after a model is built, before any is timed. */
export const WARM_UPS = 5;

/** An engine is slow if a warm-up step, the first left out, takes more milliseconds than this. */
export const SLOW = 2000;
