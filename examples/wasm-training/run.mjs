/**
 * Trains a small convnet in Node: `node run.mjs [engine, wasm] [stock]`. On the wasm engine as shipped, `stock`, it ends
 * with a missing kernel.
 */
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { installWasmTraining } from "@unequal/wasm-training";
import { train } from "./train.js";

const [engine = "wasm", kernels] = process.argv.slice(2);
if (kernels !== "stock") installWasmTraining();
await tf.setBackend(engine);
console.log(JSON.stringify(await train()));
