/**
 * Which kernels a training step on wasm spends its time in: their own time, the kernels that they call not counted.
 *
 * node --import tsx --conditions=@unequal/source bench/profile.ts mlp|cnn|lstm|wrn-16-1|wrn-28-2|embedding [steps]
 */
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { installWasmTraining } from "@unequal/wasm-training";
import { prepare } from "./engines/models.js";
import type { ModelName } from "./engines/protocol.js";

interface Entry {
  calls: number;
  milliseconds: number;
}

const entries = new Map<string, Entry>();
const inner: number[] = [];

/** Times every call of a kernel, less what the kernels inside took. */
function timed({ kernelName, kernelFunc }: tf.KernelConfig): tf.KernelFunc {
  return (call) => {
    inner.push(0);
    const begin = performance.now();
    const result = kernelFunc(call);
    const whole = performance.now() - begin;
    const own = whole - (inner.pop() ?? 0);
    if (inner.length > 0) inner[inner.length - 1] = (inner.at(-1) ?? 0) + whole;
    const entry = entries.get(kernelName) ?? { calls: 0, milliseconds: 0 };
    entries.set(kernelName, {
      calls: entry.calls + 1,
      milliseconds: entry.milliseconds + own,
    });
    return result;
  };
}

const name = (process.argv[2] ?? "mlp") as ModelName;
const steps = Number(process.argv[3] ?? 20);
installWasmTraining();
await tf.setBackend("wasm");
const { model, x, y } = prepare(name);
for (let step = 0; step < 5; step++) await model.trainOnBatch(x, y);
for (const kernel of tf.getKernelsForBackend("wasm")) {
  tf.unregisterKernel(kernel.kernelName, "wasm");
  tf.registerKernel({ ...kernel, kernelFunc: timed(kernel) });
}
const begin = performance.now();
for (let step = 0; step < steps; step++) await model.trainOnBatch(x, y);
const whole = (performance.now() - begin) / steps;
const rows = [...entries].sort(([, a], [, b]) => b.milliseconds - a.milliseconds);
const sum = rows.reduce((total, [, { milliseconds }]) => total + milliseconds, 0) / steps;
console.log(`${name}: a step takes ${whole.toFixed(2)} ms, ${sum.toFixed(2)} ms of it in kernels`);
for (const [kernel, { calls, milliseconds }] of rows.slice(0, 20)) {
  const each = (milliseconds / steps).toFixed(3).padStart(9);
  console.log(`${each} ms ${String(calls / steps).padStart(6)} calls  ${kernel}`);
}
