import * as tf from "@tensorflow/tfjs";
import type { SequenceDeltas, SequenceWatch } from "./sequence-probe.js";

/** A recurrent layer over a sequence, as one operation with a gradient of its own. */
export interface Sequence {
  /** Kernel of the forward pass; that of the backward pass is its name and "Grad". */
  readonly kernel: string;
  /** Inputs that gradients are taken of, in the order of the backward kernel's results; absent ones are left out. */
  readonly trained: readonly string[];
  /** The same for a watched sequence: weights are left out, and `z` stands for its pre-activations. */
  readonly watched: readonly string[];
  /** Inputs that the backward kernel is given. */
  readonly kept: readonly string[];
  /** Names of what the forward kernel makes besides the outputs, which the backward kernel is given, too. */
  readonly made: readonly string[];
}

type Named = Readonly<Record<string, tf.Tensor>>;

/** How a sequence is run. */
export interface SequenceRun {
  readonly attrs: tf.NamedAttrMap;
  /** The gradients of the weights are left out where somebody watches. */
  readonly watch?: SequenceWatch | undefined;
}

function pick(from: Named, names: readonly string[]): Named {
  return Object.fromEntries(
    names.flatMap((name) => (name in from ? [[name, from[name] as tf.Tensor]] : [])),
  );
}

/** Runs a sequence: outputs h [N, T, U], or with the final state one step longer. */
export function runSequence(
  { kernel, kept, made, ...names }: Sequence,
  inputs: Named,
  { attrs, watch }: SequenceRun,
): tf.Tensor3D {
  const trained = watch ? names.watched : names.trained;
  const present = trained.filter((name) => name in inputs);
  const run = (name: string, named: Named, more = {}): tf.Tensor[] =>
    tf.engine().runKernel(name, { ...named }, { ...attrs, ...more }) as unknown as tf.Tensor[];
  const operation = tf.customGrad((...given) => {
    const save = given.pop() as unknown as tf.GradSaveFunc;
    const [value, ...rest] = run(kernel, inputs) as [tf.Tensor, ...tf.Tensor[]];
    const keep: Named = {
      ...pick(inputs, kept),
      ...Object.fromEntries(made.map((name, at) => [name, rest[at] as tf.Tensor])),
    };
    save(Object.values(keep));
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
      const back = Object.fromEntries(
        Object.keys(keep).map((name, at) => [name, saved[at] as tf.Tensor]),
      );
      const results = run(`${kernel}Grad`, { ...back, dy }, { deltas: watch !== undefined });
      const gradients = Object.fromEntries(
        trained.map((name, at) => [name, results[at] as tf.Tensor]),
      );
      watch?.found({ ...back, dz: gradients.z } as unknown as SequenceDeltas);
      const ofInputs = present.map((name) => gradients[name] as tf.Tensor);
      return watch ? [...ofInputs, tf.zerosLike(watch.tap)] : ofInputs;
    };
    return { value, gradFunc };
  });
  const given = present.map((name) => inputs[name] as tf.Tensor);
  return operation(...given, ...(watch ? [watch.tap] : [])) as tf.Tensor3D;
}
