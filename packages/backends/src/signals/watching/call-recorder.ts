import * as tf from "@tensorflow/tfjs";
import type { GradientPart, LayerCall, Recorder, Weight } from "./layer-identity.js";

/** A call of a layer as it is recorded. */
export interface RecordedCall {
  readonly layer: object;
  readonly variables: readonly tf.Variable[];
  /** Whether its δ is caught on the backward pass, and its examples lie along the first axis. */
  covered: boolean;
  /** Stays empty where no loss depends on the call. */
  readonly parts: GradientPart[];
}

/** A recorder, and what it has recorded; its tensors are freed by `release`. */
export interface CallRecorder extends Recorder {
  readonly calls: readonly RecordedCall[];
  readonly release: () => void;
}

function keepClone(tensor: tf.Tensor): tf.Tensor {
  return tf.keep(tf.clone(tensor));
}

/** Returns the variable behind a weight. */
export function variableOf(weight: Weight): tf.Variable | undefined {
  return weight ? (weight.read() as tf.Variable) : undefined;
}

/** The same part with tensors that outlive the pass. */
function kept(part: GradientPart): GradientPart {
  const tensors = part.gradient.tensors.map(keepClone);
  return {
    ...part,
    gradient: { ...part.gradient, tensors } as unknown as GradientPart["gradient"],
  };
}

/** Passes z on, and runs `found` when the backward pass comes by. */
function probe(z: tf.Tensor, tap: tf.Tensor, found: (delta: tf.Tensor) => void): tf.Tensor {
  const identity = tf.customGrad(() => ({
    value: tf.clone(z),
    gradFunc: (delta: tf.Tensor) => {
      found(delta);
      return [delta, tf.zerosLike(tap)];
    },
  }));
  return identity(z, tap);
}

interface Recording {
  readonly tap: tf.Variable;
  readonly calls: RecordedCall[];
  /** The variables behind a weight that are to be taken down: one or none. */
  readonly pick: (weight: Weight) => readonly tf.Variable[];
}

function callOf(call: RecordedCall, whole: boolean, { tap, pick }: Recording): LayerCall {
  const promise: LayerCall["promise"] = () => {
    call.covered = whole;
    return (make) => {
      if (!whole) return;
      tf.tidy(() => {
        const parts = make().filter(({ weight }) => pick(weight).length > 0);
        call.parts.push(...parts.map(kept));
      });
    };
  };
  return {
    promise,
    probe: (z, parts) => {
      const note = promise();
      return probe(z, tap, (delta) => {
        note(() => parts(delta));
      });
    },
  };
}

/** Makes a recorder of calls with `size` examples; of the weights it takes down those that are `wanted`. */
export function createRecorder(size: number, wanted: ReadonlySet<tf.Variable>): CallRecorder {
  const tap = tf.tidy(() => tf.variable(tf.scalar(0)));
  const calls: RecordedCall[] = [];
  const held: tf.Tensor[] = [];
  const pick: Recording["pick"] = (weight) =>
    [variableOf(weight) ?? []].flat().filter((variable) => wanted.has(variable));
  return {
    tap,
    calls,
    enter: (layer, weights, input) => {
      const call = { layer, variables: weights.flatMap(pick), covered: false, parts: [] };
      calls.push(call);
      return callOf(call, input.shape[0] === size, { tap, calls, pick });
    },
    hold: (tensor) => {
      const copy = keepClone(tensor);
      held.push(copy);
      return copy;
    },
    release: () => {
      const parts = calls.flatMap((call) => call.parts);
      tf.dispose([...parts.flatMap(({ gradient }) => [...gradient.tensors]), ...held]);
      tap.dispose();
    },
  };
}
