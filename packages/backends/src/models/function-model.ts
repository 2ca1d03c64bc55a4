import * as tf from "@tensorflow/tfjs";
import { UnequalError, type Columns, type ExportedModel } from "@unequal/core";
import { compiledLoss } from "../heads/compiled-loss.js";
import { columnsToTensors, type ColumnShape } from "./columns-to-tensors.js";
import type { LearnerOptions } from "./learner-options.js";
import type { ModelAdapter, ModelTensors } from "./model-adapter.js";

const FUNCTION_MODEL = Symbol.for("unequal.function-model");

/** Defines a model as a plain function of `tf.Variable`s. */
export interface FunctionModelDefinition {
  readonly variables: readonly tf.Variable[];
  readonly optimizer: tf.Optimizer;
  /** Inputs [B, …] → last pre-activation outputs z [B, …], which the upper bound is taken at. */
  readonly forward: (
    inputs: readonly tf.Tensor[],
    pass: { readonly training: boolean },
  ) => tf.Tensor;
  /** (targets, z) → the loss of each example, [B]. */
  readonly loss: (targets: tf.Tensor, z: tf.Tensor) => tf.Tensor;
  /** True if z is linear in the variables, which estimators such as SAGA make use of. */
  readonly linear?: boolean;
  /** z → predictions, for the signal `probabilities`; default: z itself. */
  readonly predictions?: (z: tf.Tensor) => tf.Tensor;
}

/** A definition that learners accept; made by {@link functionModel}. */
export interface FunctionModel extends FunctionModelDefinition {
  readonly [FUNCTION_MODEL]: true;
}

const PARTS = ["variables", "optimizer", "forward", "loss"] as const;

function checkDefinition(definition: Partial<FunctionModelDefinition>): void {
  const { variables, optimizer, forward, loss } = definition;
  const there: Readonly<Record<(typeof PARTS)[number], boolean>> = {
    variables: Array.isArray(variables),
    optimizer: typeof optimizer?.applyGradients === "function",
    forward: typeof forward === "function",
    loss: typeof loss === "function",
  };
  const missing = PARTS.filter((part) => !there[part]);
  if (missing.length === 0) return;
  throw new UnequalError(
    "MODEL_UNSUPPORTED",
    `functionModel needs { variables: tf.Variable[], optimizer: tf.Optimizer, forward(inputs, { training }), loss(targets, z) }, but ${missing.join(" and ")} ${missing.length === 1 ? "is" : "are"} missing or of another kind.`,
  );
}

/** Makes a trainable model of a function and its variables. @throws MODEL_UNSUPPORTED if a part of it is missing */
export function functionModel(definition: FunctionModelDefinition): FunctionModel {
  checkDefinition(definition);
  return { [FUNCTION_MODEL]: true, ...definition };
}

/** Tells whether a value was made by {@link functionModel}. */
export function isFunctionModel(value: unknown): value is FunctionModel {
  return typeof value === "object" && value !== null && FUNCTION_MODEL in value;
}

async function exportVariables(variables: readonly tf.Variable[]): Promise<ExportedModel> {
  const named = variables.map((variable) => ({ name: variable.name, tensor: variable }));
  const { data, specs } = await tf.io.encodeWeights(named);
  return {
    format: "tfjs-variables",
    files: {
      "specs.json": new TextEncoder().encode(JSON.stringify(specs)),
      "weights.bin": new Uint8Array(data),
    },
  };
}

function upload(inputs: Columns, targets: Columns, lossless: boolean): ModelTensors {
  const named = (columns: Columns): ColumnShape[] => Object.keys(columns).map((name) => ({ name }));
  return tf.tidy(() => ({
    inputs: columnsToTensors(inputs, named(inputs), "input"),
    targets: lossless ? [] : columnsToTensors(targets, named(targets), "target"),
  }));
}

/** Presents a function with variables to the learner. @throws MODEL_UNSUPPORTED without variables */
export function adaptFunctionModel(model: FunctionModel, options: LearnerOptions): ModelAdapter {
  const { variables, optimizer, predictions } = model;
  if (variables.length === 0) {
    throw new UnequalError(
      "MODEL_UNSUPPORTED",
      "A function model must name its tf.Variables, but `variables` is empty.",
    );
  }
  const loss = compiledLoss(
    (y, z) => model.loss(y, z),
    (z) => z,
  );
  const head = { ...loss, predictions: predictions ?? loss.predictions };
  const lossless = options.loss === "none";
  const lossWeight = options.lossWeights?.[0] ?? 1;
  return {
    outputs: lossless ? [] : [{ name: "output", head, lossWeight }],
    metrics: [],
    optimizer,
    layers: [],
    batchStatistics: false,
    linear: !lossless && (model.linear ?? false),
    notes: [],
    noUpperBound: undefined,
    variables: () => variables,
    statistics: () => [],
    upload: (inputs, targets) => upload(inputs, targets, lossless),
    forward: (inputs, training) => {
      const z = model.forward(inputs, { training });
      return { outputs: [lossless ? head.predictions(z) : z], masks: [undefined] };
    },
    regularisation: () => undefined,
    exportModel: () => exportVariables(variables),
  };
}
