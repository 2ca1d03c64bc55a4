import path from "node:path";
import { buildBinding } from "./binding/build-binding.js";
import { checkBinding, type BindingAnswer } from "./binding/check-binding.js";
import { checkTools } from "./binding/check-tools.js";
import { findEnginePackage, type EnginePackage } from "./binding/engine-package.js";
import { installStage } from "./binding/install-stage.js";
import { stageBinding } from "./binding/stage-binding.js";
import type { NativeEngine } from "./native-engines.js";
import { askPython, choosePython, type PythonTensorFlow } from "./python/ask-python.js";
import { checkTensorFlow } from "./python/check-tensorflow.js";
import { platformOf, type Platform } from "./python/platform.js";
import { SetupError, setupFailed } from "./setup-error.js";

/** What is set up, and how. */
export interface SetupRequest {
  readonly engine: NativeEngine;
  /** The Python whose TensorFlow is built against; by default that of `$VIRTUAL_ENV`, else python3. */
  readonly python?: string | undefined;
  /** Folder that paths are relative to; by default the working directory. */
  readonly folder?: string;
  /** The file that the engine's package is loaded from; by default one in `folder`. */
  readonly from?: string;
  /** Ends the setup early; nothing is changed then. */
  readonly interruption?: AbortSignal;
  /** Takes a line that says what is done now, or was found. */
  readonly onProgress?: (line: string) => unknown;
  /** Takes a line that says what will not be as one may expect. */
  readonly onWarning?: (line: string) => unknown;
}

/** What was built, and against what. */
export interface SetupResult {
  readonly engine: NativeEngine;
  /** Name of the engine's package. */
  readonly package: string;
  /** Where that is. */
  readonly folder: string;
  readonly python: string;
  /** Version of Python's TensorFlow. */
  readonly tensorflow: string;
  /** Whether that was built with CUDA. */
  readonly cuda: boolean;
  /** Version of the TensorFlow that the binding loads. */
  readonly binding: string;
  /** What the binding computes on. */
  readonly device: "CPU" | "GPU";
  /** How long it all took. */
  readonly seconds: number;
}

/** A request with its defaults. */
interface Settled extends Required<SetupRequest> {
  readonly python: string;
}

interface Plan {
  readonly target: EnginePackage;
  readonly tensorflow: PythonTensorFlow;
  readonly platform: Platform;
}

const ignore = (): void => undefined;

function settle(request: SetupRequest): Settled {
  const { python, folder = process.cwd(), ...rest } = request;
  return {
    folder,
    from: path.join(folder, "package.json"),
    interruption: new AbortController().signal,
    onProgress: ignore,
    onWarning: ignore,
    ...rest,
    python: choosePython(python, folder),
  };
}

async function plan(settled: Settled): Promise<Plan> {
  const { engine, python, folder, from, interruption, onProgress, onWarning } = settled;
  const platform = platformOf(process.platform);
  const target = findEnginePackage(engine, from);
  checkTools(platform);
  onProgress(`Asking ${python} for its TensorFlow …`);
  const tensorflow = await askPython(python, engine, { folder, interruption });
  checkTensorFlow(tensorflow, platform);
  const { version, cuda } = tensorflow;
  onProgress(`Found TensorFlow ${version} of ${python}, built ${cuda ? "with" : "without"} CUDA.`);
  if (engine === "tensorflow-gpu" && !cuda)
    onWarning(
      `this TensorFlow is built without CUDA, so ${engine} will run on the CPU. For the GPU run \`${python} -m pip install 'tensorflow[and-cuda]'\`, then this again.`,
    );
  return { target, tensorflow, platform };
}

async function build(
  { target, tensorflow, platform }: Plan,
  { interruption, onProgress }: Settled,
): Promise<BindingAnswer> {
  const { name, version, folder } = target;
  onProgress(`Building the binding of ${name} ${version} …`);
  const stage = stageBinding(target, tensorflow, platform);
  const options = { folder: stage.folder, interruption };
  try {
    await buildBinding(target, { tensorflow, platform }, options);
    const answer = await checkBinding(tensorflow, options);
    interruption.throwIfAborted();
    installStage(stage.folder, folder);
    return answer;
  } finally {
    stage.dispose();
  }
}

async function run(settled: Settled): Promise<SetupResult> {
  const start = performance.now();
  const made = await plan(settled);
  const { version: binding, device } = await build(made, settled);
  const seconds = (performance.now() - start) / 1000;
  const { python, version, cuda } = made.tensorflow;
  settled.onProgress(
    `Checked: the binding loads TensorFlow ${binding}, as Python has ${version}, and multiplies right on the ${device}; ${seconds.toFixed(1)} s in all.`,
  );
  const { name, folder } = made.target;
  const against = { python, tensorflow: version, cuda };
  return { engine: settled.engine, package: name, folder, ...against, binding, device, seconds };
}

/**
 * Builds the native binding of an engine's package against the TensorFlow of a Python, which needs no download. It is
 * built and checked in a folder of its own and takes its place only when it works: a fault or an interruption changes
 * nothing.
 *
 * @throws SetupError
 */
export async function setupTensorFlow(request: SetupRequest): Promise<SetupResult> {
  try {
    return await run(settle(request));
  } catch (error) {
    if (error instanceof SetupError || request.interruption?.aborted !== true) throw error;
    return setupFailed("The setup must run to its end, but was interrupted. Run it again.", error);
  }
}
