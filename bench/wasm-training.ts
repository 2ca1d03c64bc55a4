/**
 * What our matrix product with a transposed operand gains on wasm: [64, 784]ᵀ · [64, 512], the gradient of
 * an MLP's first kernel, by our kernel over the stock one.
 */
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { installWasmTraining } from "@unequal/backends/wasm-training";
import { compare, report } from "./measure.js";

function kernel(): tf.KernelFunc {
  return tf.getKernel("BatchMatMul", "wasm").kernelFunc;
}

await tf.setBackend("wasm");
const stock = kernel();
installWasmTraining();
const ours = kernel();

const a = tf.randomUniform([1, 64, 784], -1, 1, "float32", 1);
const b = tf.randomUniform([1, 64, 512], -1, 1, "float32", 2);
const engine = tf.backend() as unknown as { disposeData: (id: object) => void };

function multiply(product: tf.KernelFunc): void {
  const attrs = { transposeA: true, transposeB: false };
  const out = product({ inputs: { a, b }, backend: tf.backend(), attrs }) as tf.TensorInfo;
  engine.disposeData(out.dataId);
}

const result = await compare({
  pairs: Number(process.argv[2] ?? 200),
  ours: () => {
    multiply(ours);
  },
  theirs: () => {
    multiply(stock);
  },
});
report("matMul with a transposed operand, ours / stock", result);
