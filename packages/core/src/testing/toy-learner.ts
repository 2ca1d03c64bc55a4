import type { GradientOptions, Handle, Learner, WeightedRows } from "../contracts/learner.js";
import type { Replica } from "../contracts/replica.js";
import type { Signal, SignalPrice } from "../contracts/signals.js";
import { createRandom } from "../random/create-random.js";
import { restored } from "../state/restored.js";
import { createHoldings, type Holdings } from "./holdings.js";
import { forward, type ToyExample, type ToyModel } from "./toy-model.js";
import { evaluateToy, examplesOf, pullbackPass, signalsOf, trainingPass } from "./toy-pass.js";
import { toyReplica, type ToyReplicaHooks } from "./toy-replica.js";

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
  /** Imitates slowness and failure of the learner's replicas. */
  readonly replica?: ToyReplicaHooks;
}

/** A {@link Learner} that counts what is not disposed. */
export interface ToyLearner extends Learner {
  /** Counts the batches, handles and replicas that their owners have not disposed yet. */
  readonly alive: () => number;
}

interface Settings extends ToyModel {
  readonly momentum: number;
  readonly l2: number;
}

interface Toy {
  readonly settings: Settings;
  readonly theta: Float64Array;
  readonly optimizer: ReturnType<typeof createOptimizer>;
  readonly batches: Holdings<readonly ToyExample[]>;
  readonly vectors: Holdings<Float64Array>;
  readonly replicas: Holdings<Replica>;
}

const SIGNALS: readonly (readonly [Signal, SignalPrice])[] = [
  ["loss", "free"],
  ["upper-bound", "free"],
  ["gradient-norm", "paid"],
  ["embedding", "free"],
  ["output-gradient", "free"],
];
const PROBABILITIES = ["probabilities", "free"] as const;
const DEFAULTS: Settings = {
  features: 3,
  outputs: 2,
  loss: "softmax",
  dropout: 0,
  momentum: 0,
  l2: 0,
};

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
  const apply = (gradient: Float64Array, factor = 1): void =>
    gradient.forEach((value, at) => {
      const velocity = momentum * (memory.velocity[at] as number) + value;
      memory.velocity[at] = velocity;
      theta[at] = (theta[at] as number) - factor * memory.rate * velocity;
    });
  return { memory, apply };
}

function initialTheta({ features, outputs }: ToyModel, seed: number): Float64Array {
  const random = createRandom(seed).fork("toy-learner");
  const gaussian = (): number =>
    Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
  return Float64Array.from({ length: (features + 1) * outputs }, () => 0.1 * gaussian());
}

function passesOf({ settings, theta, optimizer, batches, vectors }: Toy) {
  const pass = (
    { batch, rows, coefficients, weights }: WeightedRows,
    { at, ...rest }: GradientOptions & { readonly signals: readonly Signal[] },
  ) =>
    trainingPass(settings, at === undefined ? theta : vectors.get(at), {
      ...rest,
      rows,
      coefficients,
      ...(weights && { weights }),
      examples: batches.get(batch),
    });
  return {
    upload: (host) => batches.hold(examplesOf(settings, host), { size: host.size }),
    pick: (batch, rows, weights) => {
      const examples = batches.get(batch);
      const picked = Array.from(rows, (row, at) => ({
        ...(examples[row] as ToyExample),
        weight: weights[at] as number,
      }));
      return batches.hold(picked, { size: rows.length });
    },
    compute: async (names, batch) => {
      const examples = batches.get(batch);
      const passes = examples.map((example) => forward(settings, theta, example));
      return signalsOf(names, examples, passes);
    },
    step: async (rows, { noise, signals, rate }) => {
      const { gradient, result } = pass(rows, {
        noise,
        signals,
        mode: "training",
        regulariser: true,
      });
      optimizer.apply(gradient, rate);
      return result;
    },
    gradient: async (rows, request) => {
      const { gradient, result } = pass(rows, request);
      return { gradient: vectors.hold(gradient, {}), result };
    },
    pullback: async ({ batch, rows }, cotangent, options) =>
      vectors.hold(
        pullbackPass(settings, options.at === undefined ? theta : vectors.get(options.at), {
          ...options,
          rows,
          cotangent,
          examples: batches.get(batch),
        }),
        {},
      ),
    evaluate: (dataset) => evaluateToy(settings, theta, dataset),
  } satisfies Partial<Learner>;
}

function algebraOf({ theta, optimizer, vectors }: Toy) {
  const own = (values: Float64Array): Handle => vectors.hold(values, {});
  return {
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
    apply: (gradient, rate) => optimizer.apply(vectors.get(gradient), rate),
    read: async (handle) => split(vectors.get(handle)),
    write: (values) => own(sum(values)),
  } satisfies Partial<Learner>;
}

function stateOf({ theta, optimizer }: Toy) {
  return {
    exportModel: async () => ({
      format: "unequal-toy",
      files: { "model.json": new TextEncoder().encode(JSON.stringify({ theta: [...theta] })) },
    }),
    setLearningRate: (rate) => void (optimizer.memory.rate = rate),
    learningRate: () => optimizer.memory.rate,
    state: async () => ({ version: 1, theta: theta.slice(), ...structuredClone(optimizer.memory) }),
    restore: async (state) => {
      const saved = restored<{ theta: Float64Array; velocity: Float64Array; rate: number }>(
        state,
        1,
        "the toy learner",
      );
      theta.set(saved.theta);
      Object.assign(optimizer.memory, { velocity: saved.velocity, rate: saved.rate });
    },
  } satisfies Partial<Learner>;
}

function replicasOf({ settings, theta, replicas }: Toy, hooks: ToyReplicaHooks) {
  return {
    replicate: async (dataset) => {
      const replica = toyReplica({ settings, theta, dataset, hooks });
      const held = replicas.hold(replica, {});
      const dispose = async (): Promise<void> => {
        held.dispose();
        await replica.dispose();
      };
      return { ...replica, dispose };
    },
  } satisfies Partial<Learner>;
}

/**
 * Creates a learner without an engine: linear or softmax regression in float64 with hand-written
 * gradients, for tests of trainers, samplers and estimators. It fulfils the whole {@link Learner} contract.
 *
 * `read` gives three arrays, whose sum is the vector of doubles θ = (W, c): exact through any state.
 */
export function toyLearner(options: ToyLearnerOptions = {}): ToyLearner {
  const { learningRate = 0.1, seed = 0, replica = {}, ...given } = options;
  const settings: Settings = { ...DEFAULTS, ...given };
  const theta = initialTheta(settings, seed);
  const toy: Toy = {
    settings,
    theta,
    optimizer: createOptimizer(settings, theta, learningRate),
    batches: createHoldings("batch"),
    vectors: createHoldings("handle"),
    replicas: createHoldings("replica"),
  };
  return {
    facts: {
      parameters: theta.length,
      batchStatistics: false,
      scalesRate: true,
      // Under dropout an example's J is another one in each pass.
      linear: settings.dropout === 0,
      notes: [],
    },
    signals: new Map(settings.loss === "softmax" ? [...SIGNALS, PROBABILITIES] : SIGNALS),
    explainMissing: (name) =>
      name === "probabilities"
        ? 'Use loss: "softmax".'
        : "The toy learner has no other signals; use a real backend.",
    ...passesOf(toy),
    ...algebraOf(toy),
    ...stateOf(toy),
    ...replicasOf(toy, replica),
    alive: () => toy.batches.alive() + toy.vectors.alive() + toy.replicas.alive(),
  };
}
