import {
  effectiveBatch,
  never,
  Registry,
  schedulersPlugin,
  tau,
  type Learner,
  type TrainerOptions,
} from "@unequal/core";
import {
  plain,
  proportional,
  samplersPlugin,
  unbiased,
  uniform,
  upperBound,
} from "@unequal/samplers";
import { chooseDefaults } from "../../packages/unequal/src/defaults/choose-defaults.js";
import { trainerPart } from "../../packages/unequal/src/options/training-options.js";

/** What an arm adds to the options of a trainer. */
type Method = (
  learner: Learner,
) => Omit<TrainerOptions, "learner" | "dataset" | "batchSize" | "seed">;

/** A way to train, for a share of the time. */
export interface Arm {
  readonly name: string;
  readonly method: Method;
  /** Multiplies the task's learning rate. */
  readonly rate: number;
  /** Of the seconds. */
  readonly share: number;
  /** Name of the arm whose φ multiplies its learning rate, at equal shares of their times. */
  readonly replays: string | undefined;
}

const LAW = { weighting: unbiased(), estimator: plain() };
const uniformly: Method = () => ({ ...LAW, sampler: uniform(), gate: never() });
/** By the upper bound where the gate tau says so, of three batches. */
const byUpperBound =
  (others: Partial<TrainerOptions>): Method =>
  () => ({
    ...LAW,
    ...{ sampler: proportional(), scorer: upperBound(), gate: tau(), presample: 384 },
    ...others,
  });
const BACKGROUND = { scoring: "background" } as const;
const LARGE = { presample: 1280 };
const whole = { rate: effectiveBatch() };
const root = { rate: effectiveBatch({ power: 0.5 }) };

/** What `new ImportanceTraining(model)` trains with. */
const byDefault: Method = (learner) => {
  const registry = new Registry([schedulersPlugin, samplersPlugin]);
  return { ...trainerPart(chooseDefaults({}, { registry, learner })), registry };
};

/** The ways to train, by name, each with a line that says what it is. */
export const METHODS: Readonly<Record<string, readonly [Method, string]>> = {
  uniform: [uniformly, "uniform sampling"],
  replayed: [uniformly, "uniform sampling, with the learning rates of `background`"],
  fixed: [byUpperBound(BACKGROUND), "the upper bound in the background, at a fixed rate"],
  background: [
    byUpperBound({ ...BACKGROUND, ...whole }),
    "the same at the rate of effectiveBatch()",
  ],
  "background-root": [byUpperBound({ ...BACKGROUND, ...root }), "the same, power 0.5"],
  inline: [byUpperBound(whole), "effectiveBatch(), scored inline"],
  "inline-root": [byUpperBound(root), "the same, power 0.5"],
  "inline-1280": [byUpperBound({ ...whole, ...LARGE }), "effectiveBatch(), inline, presample 1280"],
  default: [byDefault, "the defaults of ImportanceTraining"],
};

/** Reads an arm, `method[:factor of the learning rate][@share of the seconds]`. */
export function parseArm(name: string): Arm {
  const [, key = "", rate = "1", share = "1"] =
    /^([^:@]+)(?::([\d.]+))?(?:@([\d.]+))?$/.exec(name) ?? [];
  const [method] = METHODS[key] ?? [];
  if (method === undefined)
    throw new Error(
      `"${name}" is no arm. Take one of ${Object.keys(METHODS).join(", ")}; uniform:2@0.6 is one, too.`,
    );
  const replays = key === "replayed" ? "background" : undefined;
  return { name, method, rate: Number(rate), share: Number(share), replays };
}
