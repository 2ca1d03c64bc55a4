import * as tf from "@tensorflow/tfjs";

/** A recurrent layer over a sequence, as one operation with a gradient of its own. */
export interface Sequence {
  /** Kernel of the forward pass; that of the backward pass is its name and "Grad". */
  readonly kernel: string;
  /** Inputs that gradients are taken of, in the order of the backward kernel's results; absent ones are left out. */
  readonly trained: readonly string[];
  /** Inputs that the backward kernel is given. */
  readonly kept: readonly string[];
  /** Names of what the forward kernel makes beside the outputs, which the backward kernel is given, too. */
  readonly made: readonly string[];
}

type Named = Readonly<Record<string, tf.Tensor>>;

function pick(from: Named, names: readonly string[]): Named {
  return Object.fromEntries(
    names.flatMap((name) => (name in from ? [[name, from[name] as tf.Tensor]] : [])),
  );
}

/** Runs a sequence: outputs h [N, T, U], or with the final state one step longer. */
export function runSequence(
  sequence: Sequence,
  inputs: Named,
  attrs: tf.NamedAttrMap,
): tf.Tensor3D {
  const { kernel, trained, kept, made } = sequence;
  const present = trained.filter((name) => name in inputs);
  const operation = tf.customGrad((...given) => {
    const save = given.pop() as unknown as tf.GradSaveFunc;
    const run = (name: string, named: Named): tf.Tensor[] =>
      tf.engine().runKernel(name, { ...named }, attrs) as unknown as tf.Tensor[];
    const [value, ...rest] = run(kernel, inputs) as [tf.Tensor, ...tf.Tensor[]];
    const keep: Named = {
      ...pick(inputs, kept),
      ...Object.fromEntries(made.map((name, at) => [name, rest[at] as tf.Tensor])),
    };
    const names = Object.keys(keep);
    save(Object.values(keep));
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
      const back = Object.fromEntries(names.map((name, at) => [name, saved[at] as tf.Tensor]));
      const gradients = run(`${kernel}Grad`, { ...back, dy });
      return present.map((name) => gradients[trained.indexOf(name)] as tf.Tensor);
    };
    return { value, gradFunc };
  });
  return operation(...present.map((name) => inputs[name] as tf.Tensor)) as tf.Tensor3D;
}
