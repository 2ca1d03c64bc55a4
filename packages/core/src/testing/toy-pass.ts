import { everyId } from "../arrays/every-row.js";
import type { Columns, HostArray, HostBatch } from "../contracts/arrays.js";
import type { Dataset } from "../contracts/dataset.js";
import type { Evaluation, StepResult, WeightedRows } from "../contracts/learner.js";
import type { Signal, Signals } from "../contracts/signals.js";
import { UnequalError } from "../errors.js";
import {
  addGradient,
  dropOut,
  forward,
  type ToyExample,
  type ToyForward,
  type ToyModel,
} from "./toy-model.js";

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

/** Turns a host batch into examples. @throws SHAPE_MISMATCH */
export function examplesOf(
  { features, outputs }: ToyModel,
  host: HostBatch,
): readonly ToyExample[] {
  const { size, weights } = host;
  const x = column(host.inputs, "inputs", [size, features]).data;
  const y = column(host.targets, "targets", [size, outputs]).data;
  return Array.from({ length: size }, (_, row) => ({
    x: Float64Array.from(x.subarray(row * features, (row + 1) * features)),
    y: Float64Array.from(y.subarray(row * outputs, (row + 1) * outputs)),
    weight: weights?.[row] ?? 1,
  }));
}

/** Reads a vector of each forward pass, [rows · outputs]. */
const VECTORS: ReadonlyMap<Signal, (pass: ToyForward) => Float64Array> = new Map([
  ["probabilities", ({ output }) => output],
  ["embedding", ({ z }) => z],
  ["output-gradient", ({ delta }) => delta],
]);

/** Reads one signal off the forward passes. */
function signal(
  name: Signal,
  examples: readonly ToyExample[],
  passes: readonly ToyForward[],
): Float32Array {
  const vector = VECTORS.get(name);
  if (vector !== undefined) return Float32Array.from(passes.flatMap((pass) => [...vector(pass)]));
  const of = (pass: ToyForward, row: number): number => {
    if (name === "loss") return pass.loss;
    if (name === "upper-bound") return norm(pass.delta);
    const { x } = examples[row] as ToyExample;
    return norm(pass.delta) * Math.sqrt(norm(x) ** 2 + 1);
  };
  return Float32Array.from(passes, of);
}

/** Reads signals off forward passes. */
export function signalsOf(
  names: readonly Signal[],
  examples: readonly ToyExample[],
  passes: readonly ToyForward[],
): Signals {
  return Object.fromEntries(names.map((name) => [name, signal(name, examples, passes)]));
}

/** What passes over rows have in common. */
interface RowsPass {
  readonly examples: readonly ToyExample[];
  readonly rows: Int32Array;
  readonly noise: number;
  readonly mode: "training" | "inference";
  readonly regulariser: boolean;
}

/** The examples of the rows, with dropout where the pass trains. */
function seenBy(settings: ToyModel, { rows, mode, noise, examples }: RowsPass): ToyExample[] {
  return Array.from(rows, (row) => {
    const example = examples[row] as ToyExample;
    return mode === "training" ? dropOut(settings, example, { noise, row }) : example;
  });
}

/** Computes Jᵀc, c = cotangent(z), and the regulariser's gradient where it is wanted. */
export function pullbackPass(
  settings: ToyModel & { readonly l2: number },
  theta: Float64Array,
  pass: RowsPass & { readonly cotangent: (outputs: Float32Array) => Float32Array },
): Float64Array {
  const width = settings.outputs;
  const examples = seenBy(settings, pass);
  const z = examples.flatMap((example) => [...forward(settings, theta, example).z]);
  const cotangent = pass.cotangent(Float32Array.from(z));
  const gradient = theta.map((value) => (pass.regulariser ? settings.l2 * value : 0));
  examples.forEach((example, at) => {
    const delta = Float64Array.from(cotangent.subarray(at * width, (at + 1) * width));
    addGradient(gradient, example, { delta, coefficient: 1 });
  });
  return gradient;
}

/** Makes one pass over weighted rows: the gradient at θ, and what the pass found. */
export function trainingPass(
  settings: ToyModel & { readonly l2: number },
  theta: Float64Array,
  pass: RowsPass &
    Pick<WeightedRows, "coefficients" | "weights"> & { readonly signals: readonly Signal[] },
): { readonly gradient: Float64Array; readonly result: StepResult } {
  const { coefficients, weights } = pass;
  const examples = seenBy(settings, pass);
  const passes = examples.map((example) => forward(settings, theta, example));
  const gradient = theta.map((value) => (pass.regulariser ? settings.l2 * value : 0));
  const totals = { loss: 0, error: 0 };
  passes.forEach(({ loss, delta, error }, at) => {
    const coefficient = coefficients[at] as number;
    totals.loss += coefficient * loss;
    totals.error += coefficient * (weights?.[at] ?? 1) * error;
    addGradient(gradient, examples[at] as ToyExample, { delta, coefficient });
  });
  const signals = signalsOf([...new Set<Signal>(["loss", ...pass.signals])], examples, passes);
  const metrics = settings.loss === "softmax" ? { error: totals.error } : {};
  return { gradient, result: { loss: totals.loss, metrics, signals } };
}

/** Computes the mean loss, and the error for classes, over a dataset. */
export async function evaluateToy(
  settings: ToyModel,
  theta: Float64Array,
  dataset: Dataset,
): Promise<Evaluation> {
  const ids = everyId(dataset.size);
  const host = await dataset.take(ids, new Uint32Array(dataset.size));
  const passes = examplesOf(settings, host).map((example) => forward(settings, theta, example));
  const mean = (of: (pass: ToyForward) => number): number =>
    passes.reduce((total, pass) => total + of(pass), 0) / passes.length;
  const metrics = settings.loss === "softmax" ? { error: mean((pass) => pass.error) } : {};
  return { loss: mean((pass) => pass.loss), metrics };
}
