import * as tf from "@tensorflow/tfjs";
import { UnequalError } from "@unequal/core";
import { checkHead } from "../heads/check-head.js";
import { chooseHead } from "../heads/choose-head.js";
import type { LossFunction } from "../heads/compiled-loss.js";
import { columnsToTensors, type ColumnShape } from "./columns-to-tensors.js";
import { exportLayersModel } from "./export-layers-model.js";
import { flattenLayers } from "./flatten-layers.js";
import type { LearnerOptions } from "./learner-options.js";
import { isLinear } from "./is-linear.js";
import { lossNames } from "./loss-names.js";
import type { ForwardResult, ModelAdapter, ModelMetric, ModelOutput } from "./model-adapter.js";
import { openOutputs, withOpenOutputs, type OpenOutput } from "./open-outputs.js";

/** What this file relies on of tfjs models beyond their public types. */
interface ModelInternals {
  readonly lossFunctions?: readonly LossFunction[];
  readonly metricsTensors?: readonly (readonly [LossFunction, number])[];
  readonly runInternalGraph: (
    inputs: readonly tf.Tensor[],
  ) => readonly [tf.Tensor[], (tf.Tensor | null | undefined)[], unknown];
}

const BATCH_NORMALIZATION_NOTE =
  "The model has BatchNormalization: batches drawn by importance have other statistics than the data, which its moving averages then follow. LayerNormalization does not have this problem.";

function internals(model: tf.LayersModel): ModelInternals {
  return model as unknown as ModelInternals;
}

/** A tf.Sequential keeps its graph and its compiled losses in a model of its own. */
function functional(model: tf.LayersModel): tf.LayersModel {
  return (model as { model?: tf.LayersModel }).model ?? model;
}

function checkCompiled(model: tf.LayersModel): readonly LossFunction[] {
  const losses = internals(model).lossFunctions ?? [];
  const compiled = (model as { optimizer?: unknown }).optimizer !== undefined;
  if (compiled && losses.length > 0) return losses;
  throw new UnequalError(
    "MODEL_NOT_COMPILED",
    "The model must be compiled before training, but it has no optimizer or no loss. Call model.compile({ optimizer, loss }) first.",
  );
}

function targetShape(model: tf.LayersModel, at: number, lossName: string | undefined): ColumnShape {
  const name = model.outputNames[at] ?? String(at);
  const shape = model.outputs[at]?.shape.slice(1);
  if (lossName === undefined || shape === undefined) return { name };
  // tfjs's own losses refuse integer targets
  return {
    name,
    dtype: "float32",
    shape: lossName === "sparseCategoricalCrossentropy" ? [...shape.slice(0, -1), 1] : shape,
  };
}

/** tfjs puts the losses of the outputs, where there are several, before the metrics asked for. */
function metricsOf(model: tf.LayersModel): readonly ModelMetric[] {
  const losses = model.outputs.length > 1 ? model.outputs.length : 0;
  return (internals(model).metricsTensors ?? []).map(([compute, output], at) => ({
    name: model.metricsNames[1 + at] ?? `metric_${at}`,
    output,
    compute: at < losses ? "loss" : compute,
  }));
}

function regularisation(model: tf.LayersModel): tf.Scalar | undefined {
  const terms = model.calculateLosses();
  return terms.length === 0 ? undefined : tf.addN(terms);
}

function forward(model: tf.LayersModel, open: readonly OpenOutput[], mask: boolean) {
  return (inputs: readonly tf.Tensor[], training: boolean): ForwardResult =>
    withOpenOutputs(open, () => {
      const outputs = [model.call([...inputs], { training })].flat();
      if (!mask) return { outputs, masks: outputs.map(() => undefined) };
      const [, masks] = internals(model).runInternalGraph(inputs);
      return { outputs, masks: masks.map((each) => each ?? undefined) };
    });
}

function outputsOf(
  model: tf.LayersModel,
  open: readonly OpenOutput[],
  options: LearnerOptions,
): ModelOutput[] {
  const losses = checkCompiled(model);
  const names = lossNames(model);
  return model.outputNames.map((name, at) => {
    const { activation, apply } = open[at] as OpenOutput;
    const loss = losses[at] as LossFunction;
    checkHead({ name, activation, lossName: names[at], units: model.outputs[at]?.shape.at(-1) });
    const mode = options.loss === "as-compiled" ? "as-compiled" : "logits";
    const head = chooseHead({ activation, apply, lossName: names[at], loss, mode });
    return { name, head, lossWeight: options.lossWeights?.[at] ?? 1 };
  });
}

/** Says why the upper bound would rank nothing: it is the same for every example at every output. */
function constantBound(
  outputs: readonly ModelOutput[],
  { weighted, mask }: LearnerOptions,
): string | undefined {
  if (outputs.length === 0) return undefined;
  const reasons = outputs.map(({ head }) => head.uninformative);
  const constant = !weighted && !mask && reasons.every((reason) => reason !== undefined);
  return constant ? reasons[0] : undefined;
}

function uploadTo(model: tf.LayersModel, lossless: boolean): ModelAdapter["upload"] {
  const names = lossNames(model);
  const inputs = model.inputs.map(({ name, shape }, at) => ({
    name: model.inputNames[at] ?? name,
    shape: shape.slice(1),
  }));
  const targets = model.outputNames.map((_, at) => targetShape(model, at, names[at]));
  return (x, y) =>
    tf.tidy(() => ({
      inputs: columnsToTensors(x, inputs, "input"),
      targets: lossless ? [] : columnsToTensors(y, targets, "target"),
    }));
}

/**
 * Presents a compiled `tf.LayersModel` to the learner: of any architecture, with several inputs and
 * outputs, with its own optimizer, loss functions, metrics and regularisers.
 *
 * @throws MODEL_NOT_COMPILED
 */
export function adaptLayersModel(given: tf.LayersModel, options: LearnerOptions): ModelAdapter {
  const model = functional(given);
  checkCompiled(model);
  const lossless = options.loss === "none";
  // Without a loss the outputs are what the model returns, activations included.
  const open = lossless ? [] : openOutputs(model);
  const layers = flattenLayers(model);
  const outputs = lossless ? [] : outputsOf(model, open, options);
  const batchStatistics = layers.some((layer) => layer.getClassName() === "BatchNormalization");
  const read = (weights: tf.LayersModel["weights"]): tf.Variable[] =>
    weights.map((weight) => weight.read() as tf.Variable);
  return {
    outputs,
    metrics: lossless ? [] : metricsOf(model),
    optimizer: model.optimizer,
    layers,
    batchStatistics,
    linear: isLinear(model, layers, open),
    notes: batchStatistics ? [BATCH_NORMALIZATION_NOTE] : [],
    noUpperBound: constantBound(outputs, options),
    variables: () => read(given.trainableWeights),
    statistics: () => {
      const trained = new Set(read(given.trainableWeights));
      return read(given.weights).filter((variable) => !trained.has(variable));
    },
    upload: uploadTo(model, lossless),
    forward: forward(model, open, options.mask),
    regularisation: () => regularisation(model),
    exportModel: () => exportLayersModel(given),
  };
}
