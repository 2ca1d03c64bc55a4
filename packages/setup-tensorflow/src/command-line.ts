import { createRequire } from "node:module";
import { parseArgs } from "node:util";
import { messageOf } from "./text/message-of.js";
import { NATIVE_ENGINES, type NativeEngine } from "./native-engines.js";
import { printSetup, type SetupOutput } from "./print-setup.js";
import { SetupError } from "./setup-error.js";

const FAILURE = 1;
const USAGE = 2;
/** What shells report for a program that SIGINT ended; ours for SIGTERM and SIGHUP, too. */
const INTERRUPTED = 130;

const NAME = "unequal-setup-tensorflow";
const ENGINES = Object.keys(NATIVE_ENGINES).join(", ");
const HELP = `Usage: ${NAME} [options] <engine>

Build the native binding of tfjs-node against Python's TensorFlow

Arguments:
  engine           tensorflow, of the package @tensorflow/tfjs-node,
                   or tensorflow-gpu, of @tensorflow/tfjs-node-gpu

Options:
  --python <path>  Python that has tensorflow (default: $VIRTUAL_ENV's, or python3)
  --json           print one JSON object as the last line of stdout
  -h, --help       display this help
  -V, --version    output the version number
`;

/** What the command may use of the process. */
export interface Surroundings extends Omit<SetupOutput, "json"> {
  /** Folder that the engine's package is looked for from. */
  readonly folder: string;
  readonly interruption: AbortSignal;
}

const isEngine = (name: string): name is NativeEngine => Object.hasOwn(NATIVE_ENGINES, name);

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      python: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h" },
      version: { type: "boolean", short: "V" },
    },
  });
}

function versionOf(): string {
  const { version } = createRequire(import.meta.url)("../package.json") as { version: string };
  return version;
}

/**
 * Runs the command line and returns the exit code: 0; 1 after a fault, which is one line on stderr; 2 for a command line
 * that is none; 130 where the setup was ended early.
 */
export async function runCommandLine(
  args: readonly string[],
  { stdout, stderr, folder, interruption }: Surroundings,
): Promise<number> {
  const fail = (message: string, code: number): number => {
    stderr.write(`${NAME}: ${message}\n`);
    return code;
  };
  let given: ReturnType<typeof parse>;
  try {
    given = parse(args);
  } catch (error) {
    // the first sentence says it
    return fail(`${messageOf(error).split(". ")[0]}. See ${NAME} --help.`, USAGE);
  }
  const { python, json, help, version } = given.values;
  if (help === true || version === true) {
    stdout.write(help === true ? HELP : `${versionOf()}\n`);
    return 0;
  }
  const { positionals } = given;
  const [engine = ""] = positionals;
  if (positionals.length !== 1 || !isEngine(engine))
    return fail(
      `One engine must be named, of ${ENGINES}, but ${positionals.join(" ") || "none"} was. See ${NAME} --help.`,
      USAGE,
    );
  try {
    await printSetup({ engine, python, folder, interruption }, { stdout, stderr, json });
    return interruption.aborted ? INTERRUPTED : 0;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return fail(error.message, interruption.aborted ? INTERRUPTED : FAILURE);
  }
}
