/*
 * A program of its own: `node probe-binding.js FOLDER` loads the tfjs-node in a folder, multiplies two matrices on it
 * and prints a BindingAnswer.
 */
import { createRequire } from "node:module";
import path from "node:path";
import { restoreNodeUtil } from "../node-util-shim.js";
import { messageOf } from "../text/message-of.js";
import type { BindingAnswer } from "./check-binding.js";

type Matrix = readonly (readonly number[])[];

interface TensorFlowNode {
  readonly matMul: (a: Matrix, b: Matrix) => { readonly dataSync: () => Float32Array };
  readonly backend: () => {
    readonly binding: { readonly TF_Version: string };
    readonly isUsingGpuDevice: boolean;
  };
}

function tryBinding(folder: string): BindingAnswer {
  const tf = createRequire(path.join(folder, "package.json"))(folder) as TensorFlowNode;
  const [a, b] = [
    [
      [1, 2],
      [3, 4],
    ],
    [
      [5, 6],
      [7, 8],
    ],
  ] as const;
  const product = [...tf.matMul(a, b).dataSync()];
  const { binding, isUsingGpuDevice } = tf.backend();
  return { version: binding.TF_Version, product, device: isUsingGpuDevice ? "GPU" : "CPU" };
}

restoreNodeUtil();
try {
  const answer = tryBinding(path.resolve(process.argv[2] ?? "."));
  process.stdout.write(`\n${JSON.stringify(answer)}\n`);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
