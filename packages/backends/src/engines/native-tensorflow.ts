import { UnequalError, type EngineFacts } from "@unequal/core";
import { inNode } from "../node/in-node.js";
import { checkEnvironment, loadUnder, type Environment } from "./native-environment.js";
import { restoreNodeUtil } from "@unequal/setup-tensorflow/node-util-shim";
import {
  packageOf,
  runningEngine,
  type NativePackage,
  type RunningEngine,
} from "./native-package.js";
import { startEngine, type NamedEngine } from "./start-engine.js";

/** An engine on such a package, and how it is wanted. */
export interface NativeEngine extends NamedEngine {
  readonly package: NativePackage;
  /** What the options come to for TensorFlow. */
  readonly environment: Environment;
  /** Names of the options given that only a GPU can honour. */
  readonly gpuOptions: readonly string[];
}

/** A process can have one of the two packages. */
function checkPackage(engine: RunningEngine, { name, package: needed }: NativeEngine): void {
  const running = packageOf(engine);
  if (running !== needed)
    throw new UnequalError(
      "BACKEND_UNAVAILABLE",
      `The engine "${name}" needs ${needed}, but ${running} runs in this process already, and a process can have one of them. Start a new process for it.`,
    );
}

async function load(wanted: NativeEngine): Promise<void> {
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
function checkGpu({ name, gpuOptions }: NativeEngine): void {
  if (gpuOptions.length === 0 || runningEngine()?.isUsingGpuDevice === true) return;
  throw new UnequalError(
    "OPTION_INVALID",
    `The options of "${name}" must suit what it computes on, but TensorFlow found no such GPU, and ${gpuOptions.join(" and ")} cannot be honoured without one. Leave ${gpuOptions.length === 1 ? "it" : "them"} out to compute on the CPU, or see that there is an NVIDIA driver, and a TensorFlow built with CUDA. Either takes a new process.`,
  );
}

function factsOf({ name }: NativeEngine): EngineFacts {
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

/** Starts an engine on a package that binds TensorFlow's library. */
export async function startNative(wanted: NativeEngine): Promise<EngineFacts> {
  const { name, engine } = wanted;
  await startEngine({ name, tensorflowjs: "tensorflow", engine, prepare: () => load(wanted) });
  checkGpu(wanted);
  return factsOf(wanted);
}
