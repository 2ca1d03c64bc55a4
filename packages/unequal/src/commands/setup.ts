import { isUnequalError, systemClock } from "@unequal/core";
import { askPython, choosePython, type PythonTensorFlow } from "../setup/ask-python.js";
import { buildBinding } from "../setup/build-binding.js";
import { checkBinding, type BindingAnswer } from "../setup/check-binding.js";
import { checkTensorFlow } from "../setup/check-tensorflow.js";
import { checkTools } from "../setup/check-tools.js";
import { findEnginePackage, type EnginePackage } from "../setup/engine-package.js";
import { installStage } from "../setup/install-stage.js";
import type { NativeEngine } from "../setup/native-engines.js";
import { platformOf, type Platform } from "../setup/platform.js";
import { setupFailed } from "../setup/setup-failed.js";
import { stageBinding } from "../setup/stage-binding.js";
import type { Terminal } from "../text/terminal.js";

/** What `unequal setup` is asked for. */
export interface SetupRequest {
  readonly engine: NativeEngine;
  /** The Python whose TensorFlow is built against. */
  readonly python: string | undefined;
  readonly json: boolean;
}

/** What is built, and against what. */
interface Plan {
  readonly engine: NativeEngine;
  readonly target: EnginePackage;
  readonly tensorflow: PythonTensorFlow;
  readonly platform: Platform;
}

type Say = (line: string) => void;

async function plan({ engine, python }: SetupRequest, terminal: Terminal, say: Say): Promise<Plan> {
  const { folder, interruption } = terminal;
  const platform = platformOf(process.platform);
  const target = findEnginePackage(engine, folder);
  checkTools(platform);
  const program = choosePython(python, folder);
  say(`Asking ${program} for its TensorFlow …`);
  const tensorflow = await askPython(program, engine, { folder, interruption });
  checkTensorFlow(tensorflow, platform);
  const { version, cuda } = tensorflow;
  say(`Found TensorFlow ${version} of ${program}, built ${cuda ? "with" : "without"} CUDA.`);
  if (engine === "tensorflow-gpu" && !cuda)
    terminal.stderr.write(
      `Warning: this TensorFlow is built without CUDA, so ${engine} will run on the CPU. For the GPU run \`${program} -m pip install 'tensorflow[and-cuda]'\`, then this again.\n`,
    );
  return { engine, target, tensorflow, platform };
}

async function build(
  { target, tensorflow, platform }: Plan,
  { interruption }: Terminal,
  say: Say,
): Promise<BindingAnswer> {
  const { name, version, folder } = target;
  say(`Building the binding of ${name} ${version} …`);
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

/**
 * Builds the native binding of an engine against the TensorFlow of a Python, which needs no download. It is built and
 * checked next to the package's own and takes its place only when it works: a fault or an interruption changes nothing.
 *
 * @throws SETUP_FAILED
 */
export async function setup(terminal: Terminal, request: SetupRequest): Promise<void> {
  const start = systemClock.now();
  const { stdout, stderr, interruption } = terminal;
  const say: Say = (line) => (request.json ? stderr : stdout).write(`${line}\n`);
  try {
    const made = await plan(request, terminal, say);
    const { version, device } = await build(made, terminal, say);
    const { engine, target, tensorflow } = made;
    const seconds = (systemClock.now() - start) / 1000;
    say(
      `Checked: the binding loads TensorFlow ${version}, as Python has ${tensorflow.version}, and multiplies right on the ${device}; ${seconds.toFixed(1)} s in all.`,
    );
    const { python, version: theirs, cuda } = tensorflow;
    const { name, folder } = target;
    const result = { engine, package: name, folder, python, tensorflow: theirs, cuda };
    if (request.json)
      stdout.write(`${JSON.stringify({ ...result, binding: version, device, seconds })}\n`);
  } catch (error) {
    if (isUnequalError(error) || !interruption.aborted) throw error;
    setupFailed("The setup must run to its end, but was interrupted. Run it again.", error);
  }
}
