/** The engines that are compared; "ours" is the wasm engine after `installWasmTraining()`. */
export const ENGINES = ["ours", "stock", "tfjs-node", "torch"] as const;
export type EngineName = (typeof ENGINES)[number];

/** The models that are trained. */
export const MODELS = ["mlp", "cnn", "lstm", "wrn", "embedding"] as const;
export type ModelName = (typeof MODELS)[number];

/** What is timed: one update with its loss read, or one prediction with its output read. */
export type Pass = "step" | "forward";

/** What the parent writes: one line each, `load` before the passes. */
export type Request = `load ${ModelName}` | Pass;

/** Says once, at the start of a child, what the engine is, or why it is absent. */
export type Greeting = { readonly version: string } | { readonly absent: string };

/** Answers `load`: the loss after the warm-up, or the kernel for want of which the model does not train. */
export type Loaded = { readonly loss: number } | { readonly missing: string };

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
