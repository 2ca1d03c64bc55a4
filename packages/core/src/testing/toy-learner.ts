import type { Columns, HostArray, HostBatch } from "../contracts/arrays.js";
import type { Dataset } from "../contracts/dataset.js";
import type {
  Evaluation,
  GradientOptions,
  Handle,
  Learner,
  StepResult,
  WeightedRows,
} from "../contracts/learner.js";
import type { Signal, SignalPrice, Signals } from "../contracts/signals.js";
import { UnequalError } from "../errors.js";
import { createRandom } from "../random/create-random.js";
import { restored } from "../training/restored.js";
import { createHoldings } from "./holdings.js";
import {
  addGradient,
  dropOut,
  forward,
  type ToyExample,
  type ToyForward,
  type ToyModel,
} from "./toy-model.js";

/** Configures {@link toyLearner}. */
export interface ToyLearnerOptions extends Partial<ToyModel> {
  /** Default 0.1. */
  readonly learningRate?: number;
  /** Factor of the heavy-ball velocity, default 0: plain SGD. */
  readonly momentum?: number;
  /** λ of the regulariser (λ/2) ‖θ‖², default 0. */
  readonly l2?: number;
  /** Seed of the initial parameters, N(0, 0.1²) each; default 0. */
  readonly seed?: number;
}

/** A {@link Learner} that counts what is not disposed. */
export interface ToyLearner extends Learner {
  /** Counts the batches and handles that their owners have not disposed yet. */
  readonly alive: () => number;
}

interface Settings extends ToyModel {
  readonly momentum: number;
  readonly l2: number;
}

const SIGNALS: readonly (readonly [Signal, SignalPrice])[] = [
  ["loss", "free"],
  ["upper-bound", "free"],
  ["gradient-norm", "paid"],
];

function norm(values: Float64Array): number {
  return Math.hypot(...values);
}

function column(columns: Columns, name: string, shape: readonly number[]): HostArray {
  const [only, ...others] = Object.values(columns) as readonly HostArray[];
  if (only !== undefined && others.length === 0 && String(only.shape) === String(shape))
    return only;
  throw new UnequalError(
    "SHAPE_MISMATCH",
    `The toy learner wants one column of ${name} of shape [${shape.join(", ")}], but got ${Object.keys(columns).length}, the first of [${only?.shape.join(", ") ?? ""}]. Give it what toyDataset() gives.`,
  );
}

function examplesOf({ features, outputs }: ToyModel, host: HostBatch): readonly ToyExample[] {
  const { size, weights } = host;
  const x = column(host.inputs, "inputs", [size, features]).data;
  const y = column(host.targets, "targets", [size, outputs]).data;
  return Array.from({ length: size }, (_, row) => ({
    x: Float64Array.from(x.subarray(row * features, (row + 1) * features)),
    y: Float64Array.from(y.subarray(row * outputs, (row + 1) * outputs)),
    weight: weights?.[row] ?? 1,
  }));
}

/** Reads one signal off the forward passes; `probabilities` are [rows · outputs]. */
function signal(
  name: Signal,
  examples: readonly ToyExample[],
  passes: readonly ToyForward[],
): Float32Array {
  if (name === "probabilities")
    return Float32Array.from(passes.flatMap(({ output }) => [...output]));
  const of = (pass: ToyForward, row: number): number => {
    if (name === "loss") return pass.loss;
    if (name === "upper-bound") return norm(pass.delta);
    const { x } = examples[row] as ToyExample;
    return norm(pass.delta) * Math.sqrt(norm(x) ** 2 + 1);
  };
  return Float32Array.from(passes, of);
}

function signalsOf(
  names: readonly Signal[],
  examples: readonly ToyExample[],
  passes: readonly ToyForward[],
): Signals {
  return Object.fromEntries(names.map((name) => [name, signal(name, examples, passes)]));
}

/** Splits doubles into three arrays of floats whose sum they are, exactly. */
function split(values: Float64Array): readonly Float32Array[] {
  const high = Float32Array.from(values);
  const rest = values.map((value, at) => value - (high[at] as number));
  const middle = Float32Array.from(rest);
  return [high, middle, Float32Array.from(rest, (value, at) => value - (middle[at] as number))];
}

function sum(parts: readonly Float32Array[]): Float64Array {
  const [first = new Float32Array(0), ...others] = [...parts].reverse();
  const total = Float64Array.from(first);
  for (const part of others)
    part.forEach((value, at) => (total[at] = (total[at] as number) + value));
  return total;
}

/** Trains θ by SGD with momentum. */
function createOptimizer({ momentum }: Settings, theta: Float64Array, rate: number) {
  const memory = { velocity: new Float64Array(theta.length), rate };
  const apply = (gradient: Float64Array): void =>
    gradient.forEach((value, at) => {
      const velocity = momentum * (memory.velocity[at] as number) + value;
      memory.velocity[at] = velocity;
      theta[at] = (theta[at] as number) - memory.rate * velocity;
    });
  return { memory, apply };
}

/** Makes one pass over weighted rows: the gradient at θ, and what the pass found. */
function trainingPass(
  settings: Settings,
  theta: Float64Array,
  pass: {
    readonly examples: readonly ToyExample[];
    readonly rows: Int32Array;
    readonly coefficients: Float32Array;
    readonly noise: number;
    readonly regulariser: boolean;
    readonly signals: readonly Signal[];
  },
): { readonly gradient: Float64Array; readonly result: StepResult } {
  const { noise, coefficients } = pass;
  const examples = Array.from(pass.rows, (row) =>
    dropOut(settings, pass.examples[row] as ToyExample, { noise, row }),
  );
  const passes = examples.map((example) => forward(settings, theta, example));
  const gradient = theta.map((value) => (pass.regulariser ? settings.l2 * value : 0));
  const totals = { loss: 0, error: 0 };
  passes.forEach(({ loss, delta, error }, at) => {
    const coefficient = coefficients[at] as number;
    totals.loss += coefficient * loss;
    totals.error += coefficient * error;
    addGradient(gradient, examples[at] as ToyExample, { delta, coefficient });
  });
  const signals = signalsOf([...new Set<Signal>(["loss", ...pass.signals])], examples, passes);
  const metrics = settings.loss === "softmax" ? { error: totals.error } : {};
  return { gradient, result: { loss: totals.loss, metrics, signals } };
}

async function evaluate(
  settings: Settings,
  theta: Float64Array,
  dataset: Dataset,
): Promise<Evaluation> {
  const ids = Uint32Array.from({ length: dataset.size }, (_, id) => id);
  const host = await dataset.take(ids, new Uint32Array(dataset.size));
  const passes = examplesOf(settings, host).map((example) => forward(settings, theta, example));
  const mean = (of: (pass: ToyForward) => number): number =>
    passes.reduce((total, pass) => total + of(pass), 0) / passes.length;
  const metrics = settings.loss === "softmax" ? { error: mean((pass) => pass.error) } : {};
  return { loss: mean((pass) => pass.loss), metrics };
}

function initialTheta({ features, outputs }: ToyModel, seed: number): Float64Array {
  const random = createRandom(seed).fork("toy-learner");
  const gaussian = (): number =>
    Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
  return Float64Array.from({ length: (features + 1) * outputs }, () => 0.1 * gaussian());
}

/**
 * Creates a learner without an engine: linear or softmax regression in float64 with hand-written
 * gradients, for tests of trainers, samplers and estimators. It fulfils the whole {@link Learner} contract.
 *
 * `read` gives three arrays, whose sum is the vector of doubles θ = (W, c): exact through any state.
 */
export function toyLearner(options: ToyLearnerOptions = {}): ToyLearner {
  const { learningRate = 0.1, seed = 0, ...given } = options;
  const settings: Settings = {
    features: 3,
    outputs: 2,
    loss: "softmax",
    dropout: 0,
    momentum: 0,
    l2: 0,
    ...given,
  };
  const theta = initialTheta(settings, seed);
  const optimizer = createOptimizer(settings, theta, learningRate);
  const batches = createHoldings<readonly ToyExample[]>("batch");
  const vectors = createHoldings<Float64Array>("handle");
  const own = (values: Float64Array): Handle => vectors.hold(values, {});
  const signals = new Map(
    settings.loss === "softmax" ? [...SIGNALS, ["probabilities", "free"] as const] : SIGNALS,
  );
  const pass = (
    { batch, rows, coefficients }: WeightedRows,
    { at, ...rest }: Omit<GradientOptions, "statistics"> & { readonly signals: readonly Signal[] },
  ) =>
    trainingPass(settings, at === undefined ? theta : vectors.get(at), {
      ...rest,
      rows,
      coefficients,
      examples: batches.get(batch),
    });
  return {
    facts: { parameters: theta.length, batchStatistics: false, notes: [] },
    signals,
    explainMissing: (name) =>
      name === "probabilities"
        ? 'Use loss: "softmax".'
        : "The toy learner has no other signals; use a real backend.",
    upload: (host) => batches.hold(examplesOf(settings, host), { size: host.size }),
    compute: async (names, batch) => {
      const examples = batches.get(batch);
      const passes = examples.map((example) => forward(settings, theta, example));
      return signalsOf(names, examples, passes);
    },
    step: async (rows, { noise, signals: names }) => {
      const { gradient, result } = pass(rows, { noise, signals: names, regulariser: true });
      optimizer.apply(gradient);
      return result;
    },
    gradient: async (rows, request) => {
      const { gradient, result } = pass(rows, request);
      return { gradient: own(gradient), result };
    },
    parameters: () => own(theta.slice()),
    assign: (parameters) => theta.set(vectors.get(parameters)),
    combine: (terms) => {
      const total = new Float64Array(theta.length);
      for (const [factor, handle] of terms)
        vectors
          .get(handle)
          .forEach((value, at) => (total[at] = (total[at] as number) + factor * value));
      return own(total);
    },
    apply: (gradient) => optimizer.apply(vectors.get(gradient)),
    read: (handle) => split(vectors.get(handle)),
    write: (values) => own(sum(values)),
    evaluate: (dataset) => evaluate(settings, theta, dataset),
    exportModel: async () => ({
      format: "unequal-toy",
      files: { "model.json": new TextEncoder().encode(JSON.stringify({ theta: [...theta] })) },
    }),
    setLearningRate: (rate) => void (optimizer.memory.rate = rate),
    learningRate: () => optimizer.memory.rate,
    state: () => ({ version: 1, theta: theta.slice(), ...structuredClone(optimizer.memory) }),
    restore: (state) => {
      const saved = restored<{ theta: Float64Array; velocity: Float64Array; rate: number }>(
        state,
        1,
        "the toy learner",
      );
      theta.set(saved.theta);
      Object.assign(optimizer.memory, { velocity: saved.velocity, rate: saved.rate });
    },
    dispose: () => {},
    alive: () => batches.alive() + vectors.alive(),
  };
}
