import * as tf from "@tensorflow/tfjs";
import { createRandom, type Random } from "@unequal/core";
import { graph, type Compilation } from "../compiled.js";
import type { Data, DifferentialCase, FitOptions, Step } from "../differential-case.js";
import { inMemory, streamed, unbatched, validated, validatedStream } from "../steps.js";
import { batches, rows } from "../streams.js";
import { GENERATED_INPUTS } from "./generated-inputs.js";
import { GENERATED_OUTPUTS, type GeneratedOutputs } from "./generated-outputs.js";

const ROWS = 12;
const HELD = 8;

/** What one case was drawn as. */
interface Drawn {
  readonly inputs: string;
  readonly outputs: string;
  readonly loss: number;
  readonly metrics: string;
  readonly optimizer: string;
  readonly feed: string;
  readonly weighed: boolean;
  readonly fits: number;
}

/** Mean largest probability or value of an example, [B, D] → [B]. */
function largest(_: tf.Tensor, p: tf.Tensor): tf.Tensor {
  return tf.max(p, -1);
}

const METRICS: Readonly<Record<string, NonNullable<Compilation["metrics"]>>> = {
  "no metrics": [],
  accuracy: ["accuracy"],
  "two metrics": ["mse", "mae"],
  "a function": [largest],
};

const OPTIMIZERS: Readonly<Record<string, () => tf.Optimizer>> = {
  sgd: () => tf.train.sgd(0.1),
  momentum: () => tf.train.momentum(0.05, 0.9, true),
  adam: () => tf.train.adam(0.01, 0.9, 0.999, 1e-3),
  rmsprop: () => tf.train.rmsprop(0.01, 0.9, 0, 1e-3),
  adagrad: () => tf.train.adagrad(0.05),
};

type Feed = (data: Data, held: Data, options: FitOptions) => Step;

/** Ways to give the data; validation of several outputs is left to the difference "val-columns-of-outputs". */
const FEEDS: Readonly<Record<string, Feed>> = {
  "in memory": (data, _, options) => inMemory(data, options),
  "as typed arrays with their shapes": (data, _, options) => inMemory(data, options, "shaped"),
  "in batches": (data, _, options) => streamed(() => batches(data), options),
  "row by row": (data) =>
    unbatched(
      () => rows(data),
      () => batches(data),
    ),
  "endlessly in batches": (data, _, options) =>
    streamed(() => batches(data).repeat(), { ...options, batchesPerEpoch: 2, epochs: 3 }),
};

const VALIDATED: Readonly<Record<string, Feed>> = {
  "in memory, with a split": (data, _, options) =>
    inMemory(data, { ...options, validationSplit: 1 / 3 }),
  "in memory, with data to validate on": (data, held, options) => validated(data, held, options),
  "in batches, with data to validate on": (data, held, options) =>
    validatedStream(() => batches(data), held, options),
  "in batches, with batches to validate on": (data, held, options) =>
    streamed(() => batches(data), { ...options, validationData: batches(held) }),
};

function pick(random: Random, names: Readonly<Record<string, unknown>>): string {
  const all = Object.keys(names);
  return all[random.integer(all.length)] as string;
}

function outputsOf(name: string): GeneratedOutputs {
  return GENERATED_OUTPUTS[name] as GeneratedOutputs;
}

function single({ build }: GeneratedOutputs): boolean {
  return build(tf.input({ shape: [3] })).length === 1;
}

function draw(random: Random, at: number): Drawn {
  // every form of outputs in turn, since most of what can go wrong is about them
  const names = Object.keys(GENERATED_OUTPUTS);
  const outputs = names[at % names.length] as string;
  const { losses, classes } = outputsOf(outputs);
  const feeds = single(outputsOf(outputs)) ? { ...FEEDS, ...VALIDATED } : FEEDS;
  const feed = pick(random, feeds);
  const inputs = pick(random, GENERATED_INPUTS);
  return {
    // TensorFlow.js hands the mask of words on to a Softmax layer, whose shape it does not have
    inputs: inputs === "words" && outputs === "a class of a Softmax layer" ? "sequences" : inputs,
    outputs,
    loss: random.integer(losses.length),
    metrics: pick(random, METRICS),
    optimizer: pick(random, OPTIMIZERS),
    feed,
    weighed: classes !== undefined && feed !== "row by row" && random.integer(3) === 0,
    fits: 1 + random.integer(2),
  };
}

function caseOf(drawn: Drawn): DifferentialCase {
  const inputs = GENERATED_INPUTS[drawn.inputs] as (typeof GENERATED_INPUTS)[string];
  const outputs = outputsOf(drawn.outputs);
  const dataOf = (count: number, seed: string): Data => ({
    x: inputs.columns(count, seed),
    y: outputs.columns(count, seed),
  });
  const [data, held] = [dataOf(ROWS, "generated"), dataOf(HELD, "held")];
  const table = outputs.classes === 2 ? { 0: 0.5, 1: 2 } : { 0: 0.5, 1: 2, 2: 1 };
  const classWeight = drawn.weighed ? { classWeight: table } : {};
  const feed = { ...FEEDS, ...VALIDATED }[drawn.feed] as Feed;
  const { loss: at, metrics, optimizer, weighed, fits } = drawn;
  return {
    name: [
      `${drawn.inputs} → ${drawn.outputs} (loss ${at})`,
      `${metrics}, ${optimizer}, ${drawn.feed}`,
      ...[...(weighed ? ["weighed by class"] : []), ...(fits > 1 ? ["twice"] : [])],
    ].join(", "),
    model: () => {
      const { inputs: begin, code } = inputs.build();
      const compilation: Compilation = {
        loss: outputs.losses[at] as string,
        metrics: METRICS[metrics] ?? [],
        optimizer: (OPTIMIZERS[optimizer] ?? (() => tf.train.sgd(0.1)))(),
      };
      return graph({ inputs: begin, outputs: outputs.build(code) }, compilation);
    },
    steps: Array.from({ length: fits }, () => feed(data, held, classWeight)),
  };
}

/** Generates cases over the product of inputs, outputs, losses, metrics, optimizers, weights and ways to give the data. */
export function generateCases(count: number, seed: string): DifferentialCase[] {
  const random = createRandom(seed);
  const cases = Array.from({ length: count }, (_, at) => caseOf(draw(random, at)));
  return [...new Map(cases.map((each) => [each.name, each])).values()];
}
