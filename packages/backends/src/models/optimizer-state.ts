import * as tf from "@tensorflow/tfjs";
import { UnequalError, type Plain } from "@unequal/core";
import { loadTensor, saveTensor, type SavedTensor } from "./variables.js";

/** One slot of a tfjs optimizer: a variable that belongs to a parameter. */
interface Slot {
  readonly originalName: string;
  readonly variable: tf.Variable;
}

interface SavedSlot extends SavedTensor {
  readonly name: string;
}

type Fields = Record<string, unknown>;

function isSlot(value: unknown): value is Slot {
  return (
    typeof value === "object" &&
    value !== null &&
    (value as Partial<Slot>).variable instanceof tf.Variable
  );
}

async function saveSlots(slots: readonly unknown[]): Promise<Plain> {
  const saved: Plain[] = [];
  for (const { originalName: name, variable } of slots.filter(isSlot))
    saved.push({ name, ...(await saveTensor(variable)) });
  return saved;
}

/**
 * Copies all that an optimizer's next update depends on: its numbers, variables and slots, whichever
 * `tf.train` optimizer it is. Its own getWeights() leaves out running powers and the learning rate.
 */
export async function optimizerState(
  optimizer: tf.Optimizer,
): Promise<Readonly<Record<string, Plain>>> {
  const saved: Record<string, Plain> = {};
  for (const [name, value] of Object.entries(optimizer as unknown as Fields)) {
    if (typeof value === "number") saved[name] = value;
    else if (value instanceof tf.Variable) saved[name] = { ...(await saveTensor(value)) };
    else if (Array.isArray(value)) saved[name] = await saveSlots(value);
  }
  return { kind: optimizer.getClassName(), fields: saved };
}

function restoreSlots(slots: unknown[], saved: readonly SavedSlot[]): void {
  tf.dispose(slots.filter(isSlot).map((slot) => slot.variable));
  const variables = saved.map(({ name, ...tensor }) => ({
    originalName: name,
    variable: tf.tidy(() => tf.variable(loadTensor(tensor), false)),
  }));
  slots.splice(0, slots.length, ...variables);
}

/** Puts a saved state back. @throws STATE_INCOMPATIBLE if it belongs to another kind of optimizer */
export function restoreOptimizer(
  optimizer: tf.Optimizer,
  saved: Readonly<Record<string, Plain>>,
): void {
  const fields = optimizer as unknown as Fields;
  const kind = optimizer.getClassName();
  if (saved["kind"] !== kind) {
    throw new UnequalError(
      "STATE_INCOMPATIBLE",
      `The optimizer was saved as ${JSON.stringify(saved["kind"])}, but is ${kind}. Compile the model with the optimizer that it was saved with.`,
    );
  }
  for (const [name, value] of Object.entries(saved["fields"] as Readonly<Record<string, Plain>>)) {
    // a new optimizer lacks numbers that its first update sets
    const current = fields[name];
    if (name === "learningRate") setLearningRate(optimizer, value as number);
    else if (typeof value === "number") fields[name] = value;
    else if (current instanceof tf.Variable) {
      tf.tidy(() => current.assign(loadTensor(value as unknown as SavedTensor)));
    } else if (Array.isArray(current)) restoreSlots(current, value as unknown as SavedSlot[]);
  }
}

/** Sets the learning rate of any tf.train optimizer. */
export function setLearningRate(optimizer: tf.Optimizer, rate: number): void {
  const target = optimizer as unknown as {
    setLearningRate?: (rate: number) => void;
    learningRate?: number;
  };
  // SGD and momentum keep a tensor of it, which only their own setter renews
  if (target.setLearningRate !== undefined) target.setLearningRate(rate);
  else target.learningRate = rate;
}

/** Returns the learning rate, where the optimizer has one. */
export function learningRateOf(optimizer: tf.Optimizer): number | undefined {
  return (optimizer as unknown as { learningRate?: number }).learningRate;
}

/** Optimizers whose update is their learning rate times what they keep of gradients. */
const SCALES: ReadonlySet<string> = new Set([
  "SGD",
  "Momentum",
  "Adam",
  "Adamax",
  "Adagrad",
  "Adadelta",
]);

/**
 * Tells whether a rate that is set for one update is exact: what the optimizer remembers of it must not depend on the rate.
 * RMSProp with momentum remembers η g / √v; what the optimizer of a program does is not known.
 */
export function scalesRate(optimizer: tf.Optimizer): boolean {
  const { momentum } = optimizer as unknown as { readonly momentum?: number };
  const name = optimizer.getClassName();
  return SCALES.has(name) || (name === "RMSProp" && momentum === 0);
}

/** Runs an update at `factor` times the learning rate, which is what it was again when this returns. */
export function atRate(optimizer: tf.Optimizer, factor: number, update: () => void): void {
  const rate = learningRateOf(optimizer);
  if (factor === 1 || rate === undefined) {
    update();
    return;
  }
  setLearningRate(optimizer, factor * rate);
  try {
    update();
  } finally {
    setLearningRate(optimizer, rate);
  }
}
