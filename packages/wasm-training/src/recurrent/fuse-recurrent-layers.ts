import * as tf from "@tensorflow/tfjs";
import { WasmTrainingError } from "../engine/wasm-training-error.js";
import { activationNumber, type ActivationNumbers } from "./activations.js";
import { SEQUENCE_PROBE, type SequenceProbe } from "./sequence-probe.js";
import { runSequence, type Sequence } from "./sequence.js";

const LSTM: Sequence = {
  kernel: "LstmSequence",
  trained: ["x", "kernel", "recurrent", "bias", "h0", "c0"],
  watched: ["x", "z", "h0", "c0"],
  kept: ["x", "kernel", "recurrent", "c0", "mask", "dropout"],
  made: ["c", "carry", "gates", "previous"],
};

const GRU: Sequence = {
  kernel: "GruSequence",
  trained: ["x", "kernel", "recurrent", "bias", "h0"],
  watched: ["x", "z", "h0"],
  kept: ["x", "kernel", "recurrent", "mask", "dropout"],
  made: ["gates", "previous", "reset"],
};

interface Weight {
  readonly read: () => tf.Tensor;
}

interface Activation {
  readonly getClassName: () => string;
}

/** What this file relies on of tfjs's recurrent layers beyond their public types. */
interface RecurrentLayer {
  readonly name: string;
  readonly stateful: boolean;
  readonly goBackwards: boolean;
  readonly returnSequences: boolean;
  readonly returnState: boolean;
  readonly getInitialState: (x: tf.Tensor) => tf.Tensor[];
  readonly cell: {
    readonly kernel: Weight;
    readonly recurrentKernel: Weight;
    readonly bias?: Weight | null;
    readonly useBias: boolean;
    readonly activation: Activation;
    readonly recurrentActivation: Activation;
    readonly dropout: number;
    readonly recurrentDropout: number;
    readonly dropoutFunc?: ((x: tf.Tensor, rate: number) => tf.Tensor) | null;
    readonly [SEQUENCE_PROBE]?: SequenceProbe;
  };
}

interface CallOptions {
  readonly mask?: tf.Tensor | tf.Tensor[] | null;
  readonly training?: boolean | null;
  readonly initialState?: tf.Tensor[] | null;
}

type Call = (inputs: tf.Tensor | tf.Tensor[], options?: CallOptions | null) => unknown;

/** The mask of a layer's dropout. One is drawn for each gate and the first is used, as in tfjs, so that random numbers agree. */
function dropoutMask(
  { cell }: RecurrentLayer,
  {
    like,
    rate,
    gates,
  }: { readonly like: tf.Tensor; readonly rate: number; readonly gates: number },
): tf.Tensor {
  const drop = cell.dropoutFunc ?? ((x: tf.Tensor) => tf.dropout(x, rate));
  const masks = Array.from({ length: gates }, () => drop(tf.onesLike(like), rate));
  return masks[0] as tf.Tensor;
}

/** A layer's mask [N, T] as numbers. */
function stepMask(mask: CallOptions["mask"], x: tf.Tensor): tf.Tensor | undefined {
  const [only] = [mask ?? []].flat();
  return only && tf.reshape(tf.cast(tf.cast(only, "bool"), "float32"), x.shape.slice(0, 2));
}

function isActive(rate: number, { training }: CallOptions): boolean {
  return training === true && rate > 0 && rate < 1;
}

/** Runs a layer over a sequence by one operation; equals the stock layer's `call`. */
function callFused(
  sequence: Sequence,
  layer: RecurrentLayer,
  { x: given, options }: { readonly x: tf.Tensor; readonly options: CallOptions },
): tf.Tensor | tf.Tensor[] {
  const { cell, goBackwards } = layer;
  const gates = sequence === LSTM ? 4 : 3;
  const [h0, c0] = options.initialState ?? layer.getInitialState(given);
  const inTime = (tensor: tf.Tensor): tf.Tensor => (goBackwards ? tf.reverse(tensor, 1) : tensor);
  let x = inTime(given);
  if (isActive(cell.dropout, options)) {
    const like = tf.squeeze(tf.slice(x, [0, 0, 0], [-1, 1, -1]), [1]);
    const factor = dropoutMask(layer, { like, rate: cell.dropout, gates });
    x = tf.mul(x, tf.expandDims(factor, 1));
  }
  const dropout = isActive(cell.recurrentDropout, options)
    ? dropoutMask(layer, { like: h0 as tf.Tensor, rate: cell.recurrentDropout, gates })
    : undefined;
  const mask = stepMask(options.mask, given);
  const inputs = {
    x,
    kernel: cell.kernel.read(),
    recurrent: cell.recurrentKernel.read(),
    ...(cell.useBias && { bias: cell.bias?.read() }),
    h0,
    ...(c0 && { c0 }),
    ...(mask && { mask: inTime(mask) }),
    ...(dropout && { dropout }),
  } as Record<string, tf.Tensor>;
  const state = layer.returnState && sequence === LSTM;
  const attrs = { ...activations(layer), state };
  const watch = cell[SEQUENCE_PROBE]?.(x);
  const steps = runSequence(sequence, inputs, { attrs, watch });
  return select(layer, steps, { time: x.shape[1] as number, state });
}

/** Cuts what the layer returns out of its steps [N, T, U], after which c_T may stand. */
function select(
  { returnSequences, returnState }: RecurrentLayer,
  steps: tf.Tensor3D,
  { time, state }: { readonly time: number; readonly state: boolean },
): tf.Tensor | tf.Tensor[] {
  const at = (step: number): tf.Tensor =>
    tf.squeeze(tf.slice(steps, [0, step, 0], [-1, 1, -1]), [1]);
  const all = (): tf.Tensor => (state ? tf.slice(steps, [0, 0, 0], [-1, time, -1]) : steps);
  const output = returnSequences ? all() : at(time - 1);
  if (!returnState) return output;
  return [output, at(time - 1), ...(state ? [at(time)] : [])];
}

function activations({ cell }: RecurrentLayer): Partial<ActivationNumbers> {
  const activation = activationNumber(cell.activation.getClassName());
  const recurrentActivation = activationNumber(cell.recurrentActivation.getClassName());
  return {
    ...(activation !== undefined && { activation }),
    ...(recurrentActivation !== undefined && { recurrentActivation }),
  };
}

/**
 * Whether x suits the weights, and states and mask have a number for every unit and step of every example: others are
 * broadcast, which the kernels do not do, or refused, which the stock layer does.
 */
function isWhole(
  { cell }: RecurrentLayer,
  { shape }: tf.Tensor,
  { initialState, mask }: CallOptions,
): boolean {
  const [batch = 0, time = 0, width] = shape;
  const [only] = [mask ?? []].flat();
  const [units = 0] = cell.recurrentKernel.read().shape;
  const isState = ({ dtype, shape: state }: tf.Tensor): boolean =>
    dtype === "float32" && tf.util.arraysEqual(state, [batch, units]);
  const isMask = (given: tf.Tensor): boolean =>
    given.size === batch * time && tf.util.arraysEqual(given.shape.slice(0, 2), [batch, time]);
  return (
    cell.kernel.read().shape[0] === width &&
    (initialState ?? []).every(isState) &&
    (only === undefined || isMask(only))
  );
}

/** Whether the kernels do what the layer does, and the engine has them. */
function isFusable(
  { kernel }: Sequence,
  layer: RecurrentLayer,
  { x, options }: { readonly x: tf.Tensor; readonly options: CallOptions },
): boolean {
  const known = (tf.getKernel(kernel, tf.getBackend()) as unknown) !== undefined;
  const numbered = Object.keys(activations(layer)).length === 2;
  const long = x.rank === 3 && (x.shape[1] ?? 0) > 0 && x.dtype === "float32";
  // the operation has a gradient, but its gradient has none
  const once = tf.engine().state.gradientDepth <= 1;
  return known && numbered && long && once && isWhole(layer, x, options) && !layer.stateful;
}

/** The stock layer would fail with tensors half made. @throws DISPOSED */
function checkAlive(
  { name }: RecurrentLayer,
  { x, options }: { readonly x: tf.Tensor; readonly options: CallOptions },
): void {
  const { initialState, mask } = options;
  if (![x, initialState ?? [], mask ?? []].flat().some(({ isDisposed }) => isDisposed)) return;
  throw new WasmTrainingError(
    "DISPOSED",
    `The layer ${name} needs its input, states and mask, but one of them is disposed. Keep it (tf.keep) until it is no longer used.`,
  );
}

function fuse(sequence: Sequence, prototype: object): void {
  const layers = prototype as { call: Call };
  const stock = layers.call;
  layers.call = function call(inputs, options) {
    const layer = this as unknown as RecurrentLayer;
    const [x] = [inputs].flat() as [tf.Tensor];
    const given = { x, options: options ?? {} };
    checkAlive(layer, given);
    if (!isFusable(sequence, layer, given)) return stock.call(this, inputs, options);
    return tf.tidy(() => callFused(sequence, layer, given));
  };
}

/**
 * Makes `tf.layers.lstm` and `tf.layers.gru` run over a whole sequence by one operation, where the engine
 * has its kernels; models need no change, and results are the same up to rounding. Stateful layers, and
 * activations other than linear, relu, sigmoid, tanh and hardSigmoid, run as before.
 */
export function fuseRecurrentLayers(): void {
  // a name of its own, so that it does not count among the user's layers
  const options = { units: 1, name: "unequal-prototype" };
  fuse(LSTM, Object.getPrototypeOf(tf.layers.lstm(options)) as object);
  fuse(GRU, Object.getPrototypeOf(tf.layers.gru(options)) as object);
}
