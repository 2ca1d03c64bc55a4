import * as tf from "@tensorflow/tfjs";
import { WasmTrainingError } from "./engine/wasm-training-error.js";
import type { WasmKernel } from "./engine/define-kernel.js";
import { fuseBatchNorm } from "./kernels/fuse-batch-norm.js";
import { batchMatMul } from "./kernels/batch-mat-mul.js";
import { batchNormGrad } from "./kernels/batch-norm-grad.js";
import { cast } from "./kernels/cast.js";
import { conv2DBackpropFilter } from "./kernels/conv2d-backprop-filter.js";
import { conv2DBackpropInput } from "./kernels/conv2d-backprop-input.js";
import { conv2D } from "./kernels/conv2d.js";
import { depthwiseBackpropFilter } from "./kernels/depthwise-backprop-filter.js";
import { depthwiseBackpropInput } from "./kernels/depthwise-backprop-input.js";
import { einsum } from "./kernels/einsum.js";
import { fusedBatchNorm } from "./kernels/fused-batch-norm.js";
import { fusedConv2D, fusedDepthwiseConv2D } from "./kernels/fused-convolutions.js";
import { fusedMatMul } from "./kernels/fused-mat-mul.js";
import { gatherV2 } from "./kernels/gather-v2.js";
import { identity } from "./kernels/identity.js";
import { maxPoolGrad } from "./kernels/max-pool-grad.js";
import { mean } from "./kernels/mean.js";
import { prelu } from "./kernels/prelu.js";
import { slice } from "./kernels/slice.js";
import { sum } from "./kernels/sum.js";
import { tile } from "./kernels/tile.js";
import { unsortedSegmentSum } from "./kernels/unsorted-segment-sum.js";
import { fuseOptimizers } from "./optimizers/fuse-optimizers.js";
import { adamUpdate, momentumUpdate, rmsPropUpdate } from "./optimizers/update-kernels.js";
import { fuseRecurrentLayers } from "./recurrent/fuse-recurrent-layers.js";
import { gruSequence, gruSequenceGrad } from "./recurrent/gru-kernels.js";
import { lstmSequence, lstmSequenceGrad } from "./recurrent/lstm-kernels.js";
import type { TensorInfo } from "./engine/tensor-info.js";
import { wasmEngine, type WasmEngine } from "./engine/wasm-engine.js";

const INSTALLED = Symbol.for("unequal.wasm-training");

const KERNELS: readonly WasmKernel[] = [
  adamUpdate,
  batchMatMul,
  batchNormGrad,
  cast,
  conv2D,
  conv2DBackpropFilter,
  conv2DBackpropInput,
  depthwiseBackpropFilter,
  depthwiseBackpropInput,
  einsum,
  fusedBatchNorm,
  fusedConv2D,
  fusedDepthwiseConv2D,
  fusedMatMul,
  gatherV2,
  gruSequence,
  gruSequenceGrad,
  identity,
  lstmSequence,
  lstmSequenceGrad,
  maxPoolGrad,
  mean,
  momentumUpdate,
  prelu,
  rmsPropUpdate,
  slice,
  sum,
  tile,
  unsortedSegmentSum,
];

interface KernelInput {
  readonly name: string;
  readonly tensor: TensorInfo | null | undefined;
  readonly engine: WasmEngine;
}

function checkAlive(kernel: WasmKernel, { name, tensor, engine }: KernelInput): void {
  if (tensor === undefined || tensor === null || engine.isAlive(tensor)) return;
  throw new WasmTrainingError(
    "DISPOSED",
    `The operation ${kernel.name} needs its input ${name}, but that tensor is disposed. Keep it (tf.keep) until it is no longer used.`,
  );
}

/** Makes the function that the engine calls; what the stock kernel did stays at hand. */
function kernelFunc(kernel: WasmKernel, stock: tf.KernelConfig | undefined): tf.KernelFunc {
  const run: tf.KernelFunc = (call) => {
    const { backend, attrs = {} } = call;
    const engine = wasmEngine(backend);
    const inputs = call.inputs as Readonly<Record<string, TensorInfo>>;
    for (const [name, tensor] of Object.entries(inputs))
      checkAlive(kernel, { name, tensor, engine });
    const ownStock = (): TensorInfo | TensorInfo[] => {
      if (stock !== undefined) return stock.kernelFunc(call);
      throw new WasmTrainingError(
        "KERNEL_MISSING",
        `The wasm engine has no kernel ${kernel.name}.`,
      );
    };
    return engine.attempt(() => kernel.run({ inputs, attrs, engine, stock: ownStock }));
  };
  return Object.assign(run, { [INSTALLED]: true });
}

function register(kernel: WasmKernel): void {
  const stock = tf.getKernel(kernel.name, "wasm") as tf.KernelConfig | undefined;
  if (stock !== undefined) tf.unregisterKernel(kernel.name, "wasm");
  // the stock kernel's own set-up must still run if the engine is not started yet
  const { setupFunc, disposeFunc } = stock ?? {};
  tf.registerKernel({
    kernelName: kernel.name,
    backendName: "wasm",
    kernelFunc: kernelFunc(kernel, stock),
    ...(setupFunc && { setupFunc }),
    ...(disposeFunc && { disposeFunc }),
  });
}

/** Also tells it of another copy of this package. */
function isInstalled(): boolean {
  const kernel = tf.getKernel(tf.BatchMatMul, "wasm") as tf.KernelConfig | undefined;
  return kernel !== undefined && INSTALLED in kernel.kernelFunc;
}

/**
 * Registers kernels with the wasm engine, and replaces slow ones, so that every network can be trained on
 * it, fast; results are the same up to rounding. It serves any TensorFlow.js program that has imported
 * `@tensorflow/tfjs-backend-wasm`. Call it before or after `tf.setBackend("wasm")`, any number of times: the first
 * call installs for as long as the process or page lives, and models made earlier profit, too.
 *
 * @throws BACKEND_UNAVAILABLE if the engine's package is not imported, or it runs with threads or without SIMD
 */
export function installWasmTraining(): void {
  if ((tf.getKernel(tf.BatchMatMul, "wasm") as tf.KernelConfig | undefined) === undefined) {
    throw new WasmTrainingError(
      "BACKEND_UNAVAILABLE",
      "The wasm engine must be there, but is not. Import @tensorflow/tfjs-backend-wasm 4.22 first.",
    );
  }
  if (isInstalled()) return;
  // an engine that runs already must be one that the kernels can work on
  if (tf.getBackend() === "wasm") wasmEngine(tf.backend());
  // threads keep their memory to themselves, and train no network
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  for (const kernel of KERNELS) register(kernel);
  fuseBatchNorm();
  fuseOptimizers();
  fuseRecurrentLayers();
}
