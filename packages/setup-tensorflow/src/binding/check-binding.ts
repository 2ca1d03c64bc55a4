import { fileURLToPath } from "node:url";
import type { PythonTensorFlow } from "../python/ask-python.js";
import { lastLines } from "../text/last-lines.js";
import { runProgram, type ProgramOptions } from "../programs/run-program.js";
import { setupFailed } from "../setup-error.js";

/** What a binding answered when it was tried. */
export interface BindingAnswer {
  /** Of the TensorFlow that it loaded. */
  readonly version: string;
  /** The product of [[1, 2], [3, 4]] and [[5, 6], [7, 8]]. */
  readonly product: readonly number[];
  readonly device: "CPU" | "GPU";
}

const PROBE = fileURLToPath(new URL("probe-binding.js", import.meta.url));
const PRODUCT = [19, 22, 43, 50];
const REMEDY =
  "Nothing was changed. Look whether LD_LIBRARY_PATH leads to another TensorFlow, or name another Python by --python.";

function parse(stdout: string): BindingAnswer | undefined {
  try {
    const value = JSON.parse(lastLines(stdout, 1)[0] ?? "") as Partial<BindingAnswer> | null;
    const whole = typeof value?.version === "string" && Array.isArray(value.product);
    return whole ? (value as BindingAnswer) : undefined;
  } catch {
    return undefined;
  }
}

function mumbled(stdout: string, stderr: string): never {
  const said = lastLines(`${stdout}\n${stderr}`, 5).join(" | ") || "nothing";
  return setupFailed(`The binding must answer what it computed, but said ${said}. ${REMEDY}`);
}

/** Loads a staged package in a process of its own and multiplies two matrices on it. @throws SetupError */
export async function checkBinding(
  { version: expected }: PythonTensorFlow,
  options: ProgramOptions,
): Promise<BindingAnswer> {
  const { code, stdout, stderr } = await runProgram(process.execPath, [PROBE, options.folder], {
    ...options,
    environment: { TF_CPP_MIN_LOG_LEVEL: "2" },
  });
  if (code !== 0)
    return setupFailed(
      `The binding must load, but ended with ${code === null ? "a signal" : `code ${code}`}: ${lastLines(stderr, 5).join(" | ")}. ${REMEDY}`,
    );
  const answer = parse(stdout) ?? mumbled(stdout, stderr);
  if (answer.version !== expected)
    setupFailed(
      `The binding must load TensorFlow ${expected}, as Python does, but loads ${answer.version}. ${REMEDY}`,
    );
  if (answer.product.join() !== PRODUCT.join())
    setupFailed(
      `The binding must multiply matrices to ${PRODUCT.join(", ")}, but gives ${answer.product.join(", ")}. ${REMEDY}`,
    );
  return answer;
}
