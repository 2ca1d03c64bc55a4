import * as tf from "@tensorflow/tfjs";
import { UnequalError, type Backend, type EngineFacts } from "@unequal/core";
import { restoreNodeUtil } from "@unequal/setup-tensorflow/node-util-shim";
import { createLearner } from "../create-learner.js";
import { inNode } from "./in-node.js";
import { checkEnvironment, loadUnder, type Environment } from "./native-environment.js";
import { startEngine } from "./start-engine.js";

/** One of the two packages that bind TensorFlow's own library to Node. */
export interface NativePackage {
  readonly name: "tensorflow" | "tensorflow-gpu";
  readonly package: "@tensorflow/tfjs-node" | "@tensorflow/tfjs-node-gpu";
  /** What the options come to for TensorFlow. */
  readonly environment: Environment;
  /** Names of the options given that only a GPU can honour. */
  readonly gpuOptions: readonly string[];
}

/** What this file relies on of the engine beyond its public types. */
interface NativeEngine {
  readonly isGPUPackage: boolean;
  readonly isUsingGpuDevice: boolean;
  readonly binding: { readonly TF_Version: string };
}

function runningEngine(): NativeEngine | undefined {
  return tf.findBackend("tensorflow") as unknown as NativeEngine | undefined;
}

/** A process can have one of the two packages. */
function checkPackage({ isGPUPackage }: NativeEngine, wanted: NativePackage): void {
  const running = isGPUPackage ? "@tensorflow/tfjs-node-gpu" : "@tensorflow/tfjs-node";
  if (running !== wanted.package)
    throw new UnequalError(
      "BACKEND_UNAVAILABLE",
      `The engine "${wanted.name}" needs ${wanted.package}, but ${running} runs in this process already, and a process can have one of them. Start a new process for it.`,
    );
}

async function load(wanted: NativePackage): Promise<void> {
  if (!inNode())
    throw new UnequalError(
      "BACKEND_UNAVAILABLE",
      `The engine "${wanted.name}" needs Node, and this is a browser. Choose the backend "webgpu" or "wasm".`,
    );
  restoreNodeUtil();
  const running = runningEngine();
  if (running) {
    checkPackage(running, wanted);
    checkEnvironment(wanted.environment, wanted.name);
    return;
  }
  // not a literal: a bundler for browsers has no business with it
  const specifier: string = wanted.package;
  await loadUnder(
    wanted.environment,
    () => import(/* @vite-ignore */ /* webpackIgnore: true */ specifier),
  );
}

/** Options that only a GPU can honour need one. */
function checkGpu({ name, gpuOptions }: NativePackage): void {
  if (gpuOptions.length === 0 || runningEngine()?.isUsingGpuDevice === true) return;
  throw new UnequalError(
    "OPTION_INVALID",
    `The options of "${name}" must suit what it computes on, but TensorFlow found no such GPU, and ${gpuOptions.join(" and ")} cannot be honoured without one. Leave ${gpuOptions.length === 1 ? "it" : "them"} out to compute on the CPU, or see that there is an NVIDIA driver, and a TensorFlow built with CUDA. Either takes a new process.`,
  );
}

function factsOf({ name }: NativePackage): EngineFacts {
  const engine = runningEngine();
  const gpu = engine?.isUsingGpuDevice === true;
  const version = engine?.binding.TF_Version ?? "unknown";
  const warnings =
    name === "tensorflow-gpu" && !gpu
      ? [
          'The engine "tensorflow-gpu" found no GPU that TensorFlow can use, and computes on the CPU. It needs an NVIDIA driver, and a TensorFlow built with CUDA.',
        ]
      : [];
  return {
    engine: "tensorflow",
    device: `${gpu ? "GPU" : "CPU"} (TensorFlow ${version})`,
    hardware: gpu ? "gpu" : "cpu",
    warnings,
  };
}

/** Makes the backend of a package that binds TensorFlow's library. */
export function nativeTensorflow(wanted: NativePackage): Backend {
  return {
    name: wanted.name,
    start: async () => {
      await startEngine({
        name: wanted.name,
        engine: "tensorflow",
        install: [
          `npm install ${wanted.package}`,
          `npm install --ignore-scripts ${wanted.package} && npx unequal setup ${wanted.name}`,
        ],
        prepare: () => load(wanted),
      });
      checkGpu(wanted);
      return factsOf(wanted);
    },
    learner: createLearner,
    // tensors of the user's program may live on, and the library ends with the process
  };
}
