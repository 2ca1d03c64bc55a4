import * as tf from "@tensorflow/tfjs";
import { UnequalError, type Handle, type Learner } from "@unequal/core";
import { explainStateful } from "./batch-rows.js";
import { computeSignals, explainMissing, offeredSignals } from "./compute-signals.js";
import { pickRows, uploadBatch } from "./device-batch.js";
import { differentiate, readStepResult } from "./differentiate.js";
import { engineTraits } from "./engine-traits.js";
import { evaluateModel } from "./evaluate-model.js";
import { combineHandles, createHandle, gradientHandle, handleTensors } from "./handles.js";
import type { LearnerOptions } from "./learner-options.js";
import type { ModelAdapter } from "./model-adapter.js";
import { atRate, scalesRate, learningRateOf, setLearningRate } from "./optimizer-state.js";
import { modelState, restoreModel } from "./model-state.js";
import { pullBack } from "./pullback.js";
import { assignAll, readAll, writeAll } from "./variables.js";

const CHUNK = 1024;
const EVALUATION_BATCH = 500;

function decay(variables: readonly tf.Variable[], factor: number): void {
  tf.tidy(() => {
    for (const variable of variables)
      if (variable.rank > 1 && variable.trainable) variable.assign(tf.mul(variable, factor));
  });
}

/** Runs a pass at other parameters, and puts the present ones back. */
function atParameters<T>(
  variables: readonly tf.Variable[],
  at: Handle | undefined,
  run: () => T,
): T {
  if (at === undefined) return run();
  const present = variables.map((variable) => tf.clone(variable as tf.Tensor));
  assignAll(variables, handleTensors(at));
  try {
    return run();
  } finally {
    assignAll(variables, present);
    tf.dispose(present);
  }
}

/** Holds the moving statistics of before a pass; what it returns lets go of them, and puts them back if told to. */
function holdStatistics(adapter: ModelAdapter): (back: boolean) => void {
  if (!adapter.batchStatistics) return () => undefined;
  const statistics = adapter.statistics();
  const kept = statistics.map((variable) => tf.clone(variable as tf.Tensor));
  return (back) => {
    if (back) assignAll(statistics, kept);
    tf.dispose(kept);
  };
}

/** Hands gradients to the optimizer; `factor`: what its rate is multiplied with meanwhile, weight decay is not. */
function applyGradients(
  adapter: ModelAdapter,
  gradients: tf.NamedTensorMap,
  {
    weightDecay,
    factor = 1,
  }: { readonly weightDecay: number; readonly factor?: number | undefined },
): void {
  const { optimizer } = adapter;
  const rate = learningRateOf(optimizer);
  const variables = adapter.variables();
  if (weightDecay > 0 && rate !== undefined) decay(variables, 1 - rate * weightDecay);
  // in the variables' order, as model.fit gives them, those frozen since among them: optimizers find slots by place
  const named = variables.map(({ name }) => ({ name, tensor: gradients[name] as tf.Tensor }));
  atRate(optimizer, factor, () => optimizer.applyGradients(named));
}

function checkStateless({ batchRows }: ModelAdapter): void {
  if (batchRows === undefined || batchRows.stateful.length === 0) return;
  throw new UnequalError(
    "STATEFUL_MODEL",
    `${explainStateful(batchRows)}. Passes other than the training steps would change it. Train with the sampler "uniform" and the estimator "plain", or make the layers with stateful: false.`,
  );
}

function checkLoss({ outputs }: ModelAdapter): void {
  if (outputs.length > 0) return;
  throw new UnequalError(
    "ESTIMATOR_UNSUPPORTED",
    'A step along the model\'s own loss was asked for, but the model is trained with loss "none". Use an estimator with a loss of its own, such as "triplet", or leave the option "loss" out.',
  );
}

type Gradients = Pick<Learner, "step" | "gradient" | "pullback" | "apply">;

function gradientOf(adapter: ModelAdapter): Learner["gradient"] {
  return async (rows, { at, noise, mode, regulariser, signals }) => {
    checkLoss(adapter);
    checkStateless(adapter);
    const request = { noise, signals, regulariser, training: mode === "training" };
    const variables = adapter.variables();
    const letGo = holdStatistics(adapter);
    let finite = false;
    try {
      const pass = atParameters(variables, at, () => differentiate(adapter, rows, request));
      const gradient = gradientHandle(variables, pass.gradients);
      const result = await readStepResult(pass.found, rows);
      finite = result.signals.loss?.every(Number.isFinite) === true;
      return { gradient, result };
    } finally {
      letGo(!finite);
    }
  };
}

function gradientsOf(adapter: ModelAdapter, { weightDecay }: LearnerOptions): Gradients {
  return {
    step: async (rows, { noise, signals, rate: factor }) => {
      checkLoss(adapter);
      const request = { noise, signals, training: true, regulariser: true };
      const { gradients, found } = differentiate(adapter, rows, request);
      applyGradients(adapter, gradients, { weightDecay, factor });
      tf.dispose(gradients);
      return readStepResult(found, rows);
    },
    gradient: gradientOf(adapter),
    pullback: async (rows, cotangent, { at, ...options }) => {
      checkStateless(adapter);
      const variables = adapter.variables();
      const here = <T>(run: () => T): T => atParameters(variables, at, run);
      return gradientHandle(
        variables,
        await pullBack(adapter, rows, { ...options, cotangent, at: here }),
      );
    },
    apply: (gradient, factor) => {
      const tensors = handleTensors(gradient);
      const named = adapter.variables().map(({ name }, at) => [name, tensors[at] as tf.Tensor]);
      applyGradients(adapter, Object.fromEntries(named) as tf.NamedTensorMap, {
        weightDecay,
        factor,
      });
    },
  };
}

type Parameters = Pick<Learner, "parameters" | "assign" | "combine" | "read" | "write">;

function parametersOf(adapter: ModelAdapter): Parameters {
  return {
    parameters: () =>
      createHandle(adapter.variables().map((variable) => tf.clone(variable as tf.Tensor))),
    assign: (parameters) => {
      assignAll(adapter.variables(), handleTensors(parameters));
    },
    combine: combineHandles,
    read: (handle) => readAll(handleTensors(handle)),
    write: (values) => createHandle(writeAll(adapter.variables(), values)),
  };
}

/** Makes the learner of an adapted model: its training step, scoring pass and state, on the active engine. */
export function modelLearner(adapter: ModelAdapter, options: LearnerOptions): Learner {
  const { batchStatistics, linear, optimizer, batchRows, notes } = adapter;
  const stateful = batchRows && batchRows.stateful.length > 0 ? batchRows.rows : undefined;
  const note = (message: string): void => {
    if (!notes.includes(message)) notes.push(message);
  };
  const { asynchronous, residentBytes } = engineTraits();
  const parameters = adapter.variables().reduce((sum, variable) => sum + variable.size, 0);
  return {
    facts: {
      ...{ parameters, batchStatistics, linear, asynchronous, residentBytes, notes },
      scalesRate: scalesRate(optimizer),
      ...(stateful !== undefined && { stateful }),
    },
    signals: offeredSignals(adapter),
    explainMissing: (signal) => explainMissing(adapter, signal),
    upload: (host) => uploadBatch(adapter, host),
    pick: pickRows,
    compute: async (names, batch, { chunk = CHUNK } = {}) => {
      checkStateless(adapter);
      return computeSignals(adapter, names, { batch, chunk, note });
    },
    ...gradientsOf(adapter, options),
    ...parametersOf(adapter),
    evaluate: async (dataset, { batchSize = batchRows?.rows ?? EVALUATION_BATCH } = {}) => {
      if (adapter.outputs.length > 0) return evaluateModel(adapter, dataset, batchSize);
      const { evaluateEmbedding } = await import("./evaluate-embedding.js");
      return evaluateEmbedding(adapter, dataset, batchSize);
    },
    exportModel: () => adapter.exportModel(),
    setLearningRate: (rate) => {
      setLearningRate(optimizer, rate);
    },
    learningRate: () => learningRateOf(optimizer),
    state: () => modelState(adapter),
    restore: async (state) => {
      restoreModel(adapter, state);
    },
  };
}
