import type { GivenCosts, Plugin, ScoringOption, Spec } from "@unequal/core";

/**
 * Configures a run of the command. Every part is a name, an object with a name and options, or a part made in
 * code; flags of the command line win over it.
 */
export interface UnequalConfig {
  /** Another configuration, relative to this file, whose keys hold where this one has none. */
  readonly extends?: string;
  /** Engine; default `wasm`. */
  readonly backend?: Spec<"backend">;
  /** Architecture; default `mlp`, 784-512-512-10 on MNIST. */
  readonly model?: Spec<"model">;
  /** Data set; default `mnist`. */
  readonly dataset?: Spec<"dataset">;
  /** Which candidates to train on; default `proportional`. */
  readonly sampler?: Spec<"sampler">;
  /** What a candidate is worth; default `upper-bound` for samplers that draw by score. */
  readonly scorer?: Spec<"scorer">;
  /** Sources of signals other than the model's own, such as `by-id`; default none. */
  readonly signals?: readonly Spec<"signal">[];
  /** How much a drawn candidate counts; default: the sampler's own, else `unbiased`. */
  readonly weighting?: Spec<"weighting">;
  /** Which direction to step in; default `plain`. */
  readonly estimator?: Spec<"estimator">;
  /** Gate that switches importance sampling on and off; default `tau` for samplers that draw by score. */
  readonly gate?: Spec<"gate">;
  /** A whole scheduler, of a plugin, instead of a gate and a sizer; default none. */
  readonly scheduler?: Spec<"scheduler">;
  /** Costs for the gate and the sizer, a shorthand for their option of that name; default: measured. */
  readonly costs?: GivenCosts;
  /** b, rows trained on in one update; default 128. */
  readonly batchSize?: number;
  /** B, candidates scored for one importance step; default 3 b, with `scoring: "inline"` 5 b; `"auto"`: the sizer `auto`, which starts there. */
  readonly presample?: number | "auto";
  /** How large importance steps are; default `fixed`: B candidates, b rows. */
  readonly sizer?: Spec<"sizer">;
  /**
   * Keep the training examples on the engine: default `"auto"`, where that is worth it, they are not augmented and they
   * fit.
   */
  readonly resident?: "auto" | boolean;
  /**
   * Where candidates are scored: `inline`, before each step; `background`, by a copy of the model in a thread of its own while
   * training goes on; `auto`, the faster of the two, the default where the gate measures costs (else `inline`).
   * `{ name: "background", age: 1 }` sets how old scores are.
   */
  readonly scoring?: ScoringOption;
  /** Limits: the run ends at the first that is reached; default `maxTime: "60s"`. An epoch is ⌈N / b⌉ updates. */
  readonly epochs?: number;
  readonly maxSteps?: number;
  /** Training time, evaluation left out: `"90s"`, `"2m"`, or seconds. */
  readonly maxTime?: number | string;
  /** Default `adam`. */
  readonly optimizer?: Spec<"optimizer">;
  /** Default: the optimizer's own. */
  readonly learningRate?: number;
  /** Decoupled weight decay of kernels; default 0. */
  readonly weightDecay?: number;
  /** `constant`, `cosine` (default) or `step:0.4,0.8:0.2`, over the share of the limit that is used up. */
  readonly lrSchedule?: string;
  /**
   * Loss of softmax and sigmoid heads: on their `logits` (default) or `as-compiled`; `none`, the default with an
   * estimator of pairs or triplets: outputs are embeddings.
   */
  readonly loss?: "logits" | "as-compiled" | "none";
  /** Apply the model's masks in the loss; default false, as TensorFlow.js does. */
  readonly mask?: boolean;
  /** Seed of everything random; default 0. */
  readonly seed?: number | string;
  /** Folder for events, configuration and model, relative to the working directory; default: nothing is written. */
  readonly out?: string;
  /** Packages (or files) that export a plugin, or plugins made in code. */
  readonly plugins?: readonly (string | Plugin)[];
  /** Reporters in addition to the command's own. */
  readonly reporters?: readonly Spec<"reporter">[];
}

/** Returns a configuration as it is, checked by the editor: `export default defineConfig({ … })`. */
export function defineConfig(config: UnequalConfig): UnequalConfig {
  return config;
}
