import path from "node:path";
import { messageOf } from "../text/message-of.js";
import { lastLines } from "../text/last-lines.js";
import { runProgram, type ProgramOptions, type ProgramOutcome } from "../programs/run-program.js";
import { setupFailed } from "../setup-error.js";

/** The TensorFlow of a Python installation. */
export interface PythonTensorFlow {
  /** The Python, as it can be run. */
  readonly python: string;
  readonly version: string;
  /** Folder of the headers. */
  readonly include: string;
  /** Folder of the libraries. */
  readonly lib: string;
  /** Whether it was built with CUDA. */
  readonly cuda: boolean;
}

const QUESTION = `
import json
try:
    import tensorflow as tf
    answer = {
        "version": tf.__version__,
        "include": tf.sysconfig.get_include(),
        "lib": tf.sysconfig.get_lib(),
        "cuda": tf.test.is_built_with_cuda(),
    }
except Exception as error:
    answer = {"error": type(error).__name__ + ": " + str(error)}
print()
print(json.dumps(answer))
`;

type Answer = Omit<PythonTensorFlow, "python"> | { readonly error: string };

/** Chooses the Python: the one named, else that of the virtual environment, else python3 of PATH. */
export function choosePython(named: string | undefined, folder: string): string {
  const { VIRTUAL_ENV: environment } = process.env;
  if (named === undefined)
    return environment === undefined || environment === ""
      ? "python3"
      : path.join(environment, "bin", "python");
  return named.includes("/") ? path.resolve(folder, named) : named;
}

function parse({ stdout }: ProgramOutcome): Answer | undefined {
  try {
    const value = JSON.parse(lastLines(stdout, 1)[0] ?? "") as Partial<Record<string, unknown>>;
    const { version, include, lib, error } = value;
    const known = [version, include, lib].every((each) => typeof each === "string");
    return known || typeof error === "string" ? (value as unknown as Answer) : undefined;
  } catch {
    return undefined;
  }
}

async function ask(python: string, options: ProgramOptions): Promise<ProgramOutcome> {
  try {
    return await runProgram(python, ["-c", QUESTION], options);
  } catch (error) {
    options.interruption.throwIfAborted();
    return setupFailed(
      `Python must run, but ${python} does not: ${messageOf(error)}. Name the Python that has tensorflow by --python.`,
      error,
    );
  }
}

/** Asks a Python where its TensorFlow is, which takes it seconds. @throws SetupError */
export async function askPython(
  python: string,
  engine: string,
  options: ProgramOptions,
): Promise<PythonTensorFlow> {
  const outcome = await ask(python, options);
  const answer = parse(outcome);
  if (answer === undefined) {
    const said = lastLines(outcome.stderr, 3).join(" | ") || "nothing";
    return setupFailed(
      `${python} must say where its TensorFlow is, but ended with code ${outcome.code} and said ${said}. Repair it, or name another by --python.`,
    );
  }
  if (!("error" in answer)) {
    const place = (folder: string): string => path.resolve(options.folder, folder);
    const { version, include, lib, cuda } = answer;
    return { python, version, include: place(include), lib: place(lib), cuda };
  }
  const wheel = engine === "tensorflow-gpu" ? "'tensorflow[and-cuda]'" : "tensorflow-cpu";
  return setupFailed(
    `${python} must be able to import tensorflow, but said ${messageOf(answer.error)}. Run \`${python} -m pip install ${wheel}\`, or name another by --python.`,
  );
}
