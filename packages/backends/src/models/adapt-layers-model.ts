import * as tf from "@tensorflow/tfjs";
import { UnequalError, type Columns, type HostArray } from "@unequal/core";
import { checkHead } from "../heads/check-head.js";
import { chooseHead } from "../heads/choose-head.js";
import type { LossFunction } from "../heads/compiled-loss.js";
import { weighPositions } from "../heads/weigh-positions.js";
import { batchRows, inBatchesOf } from "./batch-rows.js";
import { checkClassIds } from "./check-class-ids.js";
import { columnsToTensors } from "./columns-to-tensors.js";
import { exportLayersModel } from "./export-layers-model.js";
import { flattenLayers } from "./flatten-layers.js";
import { functional } from "./functional.js";
import type { LearnerOptions } from "./learner-options.js";
import { isLinear } from "./is-linear.js";
import { lossNames } from "./loss-names.js";
import { modelColumns, type TargetColumn } from "./model-columns.js";
import type { ForwardResult } from "./forward.js";
import type { ModelAdapter, ModelMetric, ModelOutput } from "./model-adapter.js";
import { outputMasks } from "./output-masks.js";
import { openOutputs, withOpenOutputs, type OpenOutput } from "./open-outputs.js";
import { trainedWeights, type LayerWeight } from "./trained-weights.js";

/** What this file relies on of tfjs models beyond their public types. */
interface ModelInternals {
  readonly lossFunctions?: readonly LossFunction[];
  readonly metricsTensors?: readonly (readonly [LossFunction, number])[];
  readonly getDedupedMetricsNames: () => readonly string[];
}

const BATCH_NORMALIZATION_NOTE =
  "The model has BatchNormalization: batches drawn by importance have other statistics than the data, which its moving averages then follow. LayerNormalization does not have this problem.";

const NO_MASKS =
  "The option `mask` is on, but no mask reaches an output of the model, so it changes nothing. Masks come from a Masking layer or an Embedding with maskZero, and end at layers that give one output for a whole sequence.";

function internals(model: tf.LayersModel): ModelInternals {
  return model as unknown as ModelInternals;
}

function checkCompiled(model: tf.LayersModel): readonly LossFunction[] {
  const losses = internals(model).lossFunctions ?? [];
  const compiled = (model as { optimizer?: unknown }).optimizer !== undefined;
  const without = losses.findIndex((loss) => typeof loss !== "function");
  if (compiled && losses.length > 0 && without < 0) return losses;
  if (compiled && losses.length > 0) {
    throw new UnequalError(
      "MODEL_NOT_COMPILED",
      `Every output must have a loss, but "${model.outputNames[without]}" has none. Give model.compile a loss for each, by name or in a list.`,
    );
  }
  throw new UnequalError(
    "MODEL_NOT_COMPILED",
    "The model must be compiled before training, but it has no optimizer or no loss. Call model.compile({ optimizer, loss }) first.",
  );
}

/**
 * tfjs puts the losses of the outputs, where there are several, before the metrics asked for, and numbers names that
 * are not unique.
 */
function metricsOf(model: tf.LayersModel): readonly ModelMetric[] {
  const names = internals(model).getDedupedMetricsNames();
  const losses = model.outputs.length > 1 ? model.outputs.length : 0;
  return (internals(model).metricsTensors ?? []).map(([compute, output], at) => ({
    name: names[1 + at] ?? `metric_${at}`,
    output,
    compute: at < losses ? "loss" : compute,
  }));
}

function regularisation(model: tf.LayersModel): tf.Scalar | undefined {
  const terms = model.calculateLosses();
  return terms.length === 0 ? undefined : tf.addN(terms);
}

function forward(
  model: tf.LayersModel,
  open: readonly OpenOutput[],
  { mask, notes }: { readonly mask: boolean; readonly notes: string[] },
) {
  return (inputs: readonly tf.Tensor[], training: boolean): ForwardResult =>
    withOpenOutputs(open, () => {
      const outputs = [model.call([...inputs], { training })].flat();
      const masks = mask ? outputMasks(model, inputs) : outputs.map(() => undefined);
      if (mask && masks.every((each) => each === undefined) && !notes.includes(NO_MASKS))
        notes.push(NO_MASKS);
      return { outputs, masks };
    });
}

/** A tf.Sequential that layers were added to is not what was compiled, until it is compiled again. */
function checkBuilt(given: tf.LayersModel): void {
  if ((given as { built?: boolean }).built !== false || given.layers.length === 0) return;
  throw new UnequalError(
    "MODEL_NOT_COMPILED",
    "The model must be compiled as it is, but layers were added since. Call model.compile({ optimizer, loss }) after the last model.add().",
  );
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
    const output = { name, head, lossWeight: options.lossWeights?.[at] ?? 1 };
    const classes = options.classWeights?.[at] ?? undefined;
    if (classes === undefined) return output;
    return { ...output, head: weighPositions(head, classes), unweighed: head };
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

function checkIds(columns: Columns, targets: readonly TargetColumn[]): void {
  targets.forEach((target, at) => {
    const named = columns as Readonly<Record<string, HostArray | undefined>>;
    const column = named[Array.isArray(columns) ? at : target.name];
    if (column !== undefined) checkClassIds(column, target, "row");
  });
}

function uploadTo(model: tf.LayersModel, lossless: boolean): ModelAdapter["upload"] {
  const { inputs, targets } = modelColumns(model);
  return (x, y) => {
    if (!lossless) checkIds(y, targets);
    return tf.tidy(() => ({
      inputs: columnsToTensors(x, inputs, "input"),
      targets: lossless ? [] : columnsToTensors(y, targets, "target"),
    }));
  };
}

/**
 * Presents a compiled `tf.LayersModel` to the learner: of any architecture, with several inputs and
 * outputs, with its own optimizer, loss functions, metrics and regularisers.
 *
 * @throws MODEL_NOT_COMPILED
 */
export function adaptLayersModel(given: tf.LayersModel, options: LearnerOptions): ModelAdapter {
  checkBuilt(given);
  const model = functional(given);
  checkCompiled(model);
  const lossless = options.loss === "none";
  // Without a loss the outputs are what the model returns, activations included.
  const open = lossless ? [] : openOutputs(model);
  const layers = flattenLayers(model);
  const outputs = lossless ? [] : outputsOf(model, open, options);
  const own = batchRows(model, layers);
  const batchStatistics = layers.some((layer) => layer.getClassName() === "BatchNormalization");
  const { weights: trained, note } = trainedWeights(given);
  const notes = [
    ...(note === undefined ? [] : [note]),
    ...(batchStatistics ? [BATCH_NORMALIZATION_NOTE] : []),
  ];
  const pass = forward(model, open, { mask: options.mask, notes });
  const others = given.weights.filter((weight) => !trained.includes(weight));
  // a weight that several layers hold is listed by each
  const read = (weights: readonly LayerWeight[]): tf.Variable[] => [
    ...new Set(weights.map((weight) => weight.read() as tf.Variable)),
  ];
  return {
    outputs,
    metrics: lossless ? [] : metricsOf(model),
    optimizer: model.optimizer,
    layers,
    batchStatistics,
    linear: isLinear(model, layers, open),
    notes,
    noUpperBound: constantBound(outputs, options),
    variables: () => read(trained),
    statistics: () => read(others),
    upload: uploadTo(model, lossless),
    ...(own && { batchRows: own }),
    forward: own === undefined ? pass : inBatchesOf(own, pass),
    regularisation: () => regularisation(model),
    exportModel: () => exportLayersModel(given),
  };
}
