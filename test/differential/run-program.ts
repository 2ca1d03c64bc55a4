import * as tf from "@tensorflow/tfjs";
import { ImportanceTraining } from "unequal";
import type { DifferentialCase, FitOptions, Recorded, Trainee } from "./differential-case.js";

/** One call of a callback: its name, the number of the batch or epoch, and the logs. */
export interface Call {
  readonly name: string;
  readonly at: number | undefined;
  readonly logs: Readonly<Record<string, number>>;
}

/** All that a program leaves behind. */
export interface Outcome {
  readonly records: readonly Recorded[];
  readonly calls: readonly Call[];
  readonly weights: readonly Float32Array[];
  /** Number of updates, and the optimizer's slots. */
  readonly optimizer: readonly Float32Array[];
  /** Tensors that stay behind once model and optimizer are disposed. */
  readonly leftover: number;
}

type Logs = Record<string, number>;

/** Listens to all callbacks whose calls do not depend on the clock. */
function recorder(calls: Call[]): tf.CustomCallbackArgs {
  const note = (name: string, at: number | undefined, logs: unknown): Promise<void> => {
    calls.push({ name, at, logs: { ...(logs as Logs) } });
    return Promise.resolve();
  };
  return {
    onTrainBegin: (logs) => note("onTrainBegin", undefined, logs),
    onTrainEnd: (logs) => note("onTrainEnd", undefined, logs),
    onEpochBegin: (epoch, logs) => note("onEpochBegin", epoch, logs),
    onEpochEnd: (epoch, logs) => note("onEpochEnd", epoch, logs),
    onBatchBegin: (batch, logs) => note("onBatchBegin", batch, logs),
    onBatchEnd: (batch, logs) => note("onBatchEnd", batch, logs),
  };
}

function recorded({ epoch, history }: { epoch: number[]; history: object }): Recorded {
  return { epoch: [...epoch], history: { ...history } };
}

function stock(model: tf.LayersModel): Trainee {
  return {
    ours: false,
    model,
    fit: async (x, y, options) =>
      recorded(await model.fit(x as tf.Tensor, y as tf.Tensor, options)),
    fitDataset: async (stream, options) =>
      recorded(await model.fitDataset(stream as never, options as never)),
  };
}

function ours(model: tf.LayersModel, options: DifferentialCase["options"]): Trainee {
  const training = new ImportanceTraining(model, { sampler: "uniform", ...options });
  return {
    ours: true,
    model,
    fit: async (x, y, fit) => recorded(await training.fit(x as never, y as never, fit)),
    fitDataset: async (stream, fit) => recorded(await training.fitDataset(stream as never, fit)),
  };
}

/** Lets the recorder listen, unless a fit has callbacks of its own. */
function listening(trainee: Trainee, calls: Call[]): Trainee {
  const heard = (options: FitOptions): FitOptions => ({ callbacks: recorder(calls), ...options });
  return {
    ...trainee,
    fit: (x, y, options) => trainee.fit(x, y, heard(options)),
    fitDataset: (stream, options) => trainee.fitDataset(stream, heard(options)),
  };
}

async function read(tensors: readonly tf.Tensor[]): Promise<Float32Array[]> {
  const values: Float32Array[] = [];
  for (const tensor of tensors) values.push(Float32Array.from(await tensor.data()));
  return values;
}

interface Slot {
  readonly variable: tf.Variable;
}

/** Reads all that an optimizer keeps: its own getWeights() leaves out running powers, and some have none. */
async function readOptimizer(optimizer: tf.Optimizer): Promise<Float32Array[]> {
  const kept = Object.values(optimizer as unknown as Record<string, unknown>).flat();
  const variables = kept
    .map((each) => (each as Partial<Slot> | null)?.variable ?? each)
    .filter((each) => each instanceof tf.Variable);
  return [Float32Array.of(optimizer.iterations), ...(await read(variables))];
}

type Found = Omit<Outcome, "leftover">;

async function train(given: DifferentialCase, trainee: Trainee): Promise<Found> {
  const { model } = trainee;
  const calls: Call[] = [];
  const records: Recorded[] = [];
  for (const step of given.steps) {
    const record = await step(listening(trainee, calls));
    if (record !== undefined) records.push(record);
  }
  const optimizer = await readOptimizer(model.optimizer);
  return { records, calls, weights: await read(model.getWeights()), optimizer };
}

/** Runs a case in one of the two libraries, on the engine that is active. */
export async function runProgram(
  given: DifferentialCase,
  by: "TensorFlow.js" | "Unequal",
): Promise<Outcome> {
  const before = tf.memory().numTensors;
  const model = given.model();
  const optimizers = new Set([model.optimizer]);
  try {
    const trainee = by === "Unequal" ? ours(model, given.options) : stock(model);
    const found = await train(given, trainee);
    optimizers.add(model.optimizer);
    for (const optimizer of optimizers) optimizer.dispose();
    model.dispose();
    return { ...found, leftover: tf.memory().numTensors - before };
  } catch (error) {
    model.dispose();
    throw error;
  }
}
