import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import simd from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url";
import { installWasmTraining } from "@unequal/wasm-training";
import { train } from "./train.js";

async function start() {
  // it asks for all three files, and takes the one with SIMD: the kernels need that, and no threads
  setWasmPaths({
    "tfjs-backend-wasm.wasm": simd,
    "tfjs-backend-wasm-simd.wasm": simd,
    "tfjs-backend-wasm-threaded-simd.wasm": simd,
  });
  installWasmTraining();
  await tf.setBackend("wasm");
  const trained = await train();
  document.body.textContent = `losses: ${trained.losses.map((loss) => loss.toFixed(4)).join(", ")}`;
  return trained;
}

globalThis.trained = start();
