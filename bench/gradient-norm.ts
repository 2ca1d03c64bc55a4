/**
 * What exact gradient norms of a batch of 128 cost: over one forward and backward pass of the same batch, and over
 * one backward pass for every example. wasm with our kernels.
 *
 * node --import tsx --conditions=@unequal/source bench/gradient-norm.ts [pairs] [mlp|cnn|lstm|wrn-16-1|wrn-28-2|embedding …]
 */
import * as tf from "@tensorflow/tfjs";
import { createLearner, wasm } from "@unequal/backends";
import { setUpPart, type HostArray } from "@unequal/core";
import { prepare } from "./engines/models.js";
import type { ModelName } from "./engines/protocol.js";
import { compare, report, type Arm } from "./measure.js";

const SIZE = 128;

function column(tensor: tf.Tensor): HostArray {
  return { data: tensor.dataSync(), shape: tensor.shape, dtype: "float32" };
}

/** Three ways through the same batch: the norms at once, a gradient alone, the norms in a loop. */
function armsOf(name: ModelName): Readonly<Record<"norms" | "gradient" | "loop", Arm>> {
  const { model, x, y } = prepare(name, SIZE);
  const learner = createLearner(model);
  const batch = learner.upload({ size: SIZE, inputs: [column(x)], targets: [column(y)] });
  const rows = Int32Array.from({ length: SIZE }, (_, row) => row);
  const coefficients = new Float32Array(SIZE).fill(1 / SIZE);
  const options = { noise: 1, mode: "inference", regulariser: false, signals: [] } as const;
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const normOf = (row: number): tf.Tensor =>
    tf.tidy(() => {
      const loss = (): tf.Scalar => {
        const p = model.apply(tf.slice(x, row, 1)) as tf.Tensor;
        return tf.neg(tf.sum(tf.mul(tf.slice(y, row, 1), tf.log(p))));
      };
      const { grads } = tf.variableGrads(loss, variables);
      return tf.sqrt(tf.addN(Object.values(grads).map((each) => tf.sum(tf.square(each)))));
    });
  return {
    norms: () => learner.compute(["gradient-norm"], batch),
    gradient: async () => {
      const { gradient } = await learner.gradient({ batch, rows, coefficients }, options);
      gradient.dispose();
    },
    loop: async () => {
      const norms = Array.from(rows, normOf);
      for (const norm of norms) await norm.data();
      tf.dispose(norms);
    },
  };
}

await setUpPart("backend", wasm()).start();
const [pairs = "60", ...given] = process.argv.slice(2);
const names = (given.length > 0 ? given : ["cnn", "lstm"]) as ModelName[];
for (const name of names) {
  const { norms, gradient, loop } = armsOf(name);
  const overPass = await compare({
    pairs: Number(pairs),
    warmUps: 5,
    ours: norms,
    theirs: gradient,
  });
  report(`${name}: exact norms / one forward and backward pass`, overPass);
  const few = Math.ceil(Number(pairs) / 10);
  const overLoop = await compare({ pairs: few, warmUps: 1, ours: norms, theirs: loop });
  report(`${name}: exact norms / a backward pass per example`, overLoop);
}
