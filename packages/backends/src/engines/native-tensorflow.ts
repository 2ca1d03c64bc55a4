import * as tf from "@tensorflow/tfjs";
import { UnequalError, type Backend, type EngineFacts } from "@unequal/core";
import { createLearner } from "../models/create-learner.js";
import { restoreNodeUtil } from "./node-util-shim.js";
import { startEngine } from "./start-engine.js";

/** One of the two packages that bind TensorFlow's own library to Node. */
export interface NativePackage {
  readonly name: "tensorflow" | "tensorflow-gpu";
  readonly package: "@tensorflow/tfjs-node" | "@tensorflow/tfjs-node-gpu";
  /** What TensorFlow reads of the environment when its library is loaded. */
  readonly environment: Readonly<Record<string, string>>;
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

/** The library reads its environment once: when it is loaded, it is too late for options that differ. */
function checkRunning({ isGPUPackage }: NativeEngine, wanted: NativePackage): void {
  const running = isGPUPackage ? "@tensorflow/tfjs-node-gpu" : "@tensorflow/tfjs-node";
  if (running !== wanted.package)
    throw new UnequalError(
      "BACKEND_UNAVAILABLE",
      `The engine "${wanted.name}" needs ${wanted.package}, but ${running} runs in this process already, and a process can have one of them. Start a new process for it.`,
    );
  for (const [variable, value] of Object.entries(wanted.environment)) {
    const present = process.env[variable] ?? "not set";
    if (present === value) continue;
    throw new UnequalError(
      "OPTION_INVALID",
      `TensorFlow must be told of ${variable}=${value} before it starts, but it runs already with ${variable} ${present}. Start a new process for other options of "${wanted.name}".`,
    );
  }
}

async function load(wanted: NativePackage): Promise<void> {
  const running = runningEngine();
  if (running) {
    checkRunning(running, wanted);
    return;
  }
  Object.assign(process.env, wanted.environment);
  restoreNodeUtil();
  // not a literal: a bundler for browsers has no business with it
  const specifier: string = wanted.package;
  await import(/* @vite-ignore */ /* webpackIgnore: true */ specifier);
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
        install: `npm install ${wanted.package}\`, or, where its download fails, with \`npm install --ignore-scripts ${wanted.package} && npx unequal setup ${wanted.name}`,
        prepare: () => load(wanted),
      });
      return factsOf(wanted);
    },
    learner: createLearner,
    // tensors of the user's program may live on, and the library ends with the process
    stop: () => Promise.resolve(),
  };
}
