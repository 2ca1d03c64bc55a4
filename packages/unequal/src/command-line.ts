import { createRequire } from "node:module";
import { NATIVE_ENGINES, type NativeEngine } from "@unequal/setup-tensorflow";
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { orNever } from "./config/or-never.js";
import { parseDuration } from "./options/parse-duration.js";
import {
  addPluginFlag,
  addTrainFlags,
  readPluginFlag,
  readTrainFlags,
} from "./options/train-flags.js";
import { describeFailure, stackOf, stuck } from "./text/failures.js";
import type { Terminal } from "./text/terminal.js";
import { writeLine } from "./text/write-line.js";

const FAILURE = 1;
const USAGE = 2;
/** What shells report for a program that a signal ended. */
const INTERRUPTED: Readonly<Record<string, number>> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

interface Given {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly plugin?: readonly string[];
}

interface GivenTrain extends Given {
  readonly resume?: string;
  readonly overwrite?: boolean;
  readonly allowChanges?: boolean;
}

interface GivenScore {
  readonly scorer?: string;
  readonly signal?: string;
  readonly data?: string;
  readonly initial?: boolean;
  readonly out: string;
  readonly json?: boolean;
}

interface GivenSetup {
  readonly python?: string;
  readonly json?: boolean;
}

interface GivenDoctor extends Given {
  readonly engine?: readonly string[];
  /** In seconds. */
  readonly timeLimit: number;
}

const RESUME_WITH_CONFIG =
  "--resume takes the configuration of the run itself. Leave the other out, or change keys by flags";
const CONFIG_HELP = "configuration file (default: unequal.config.ts, .js or .json here)";
const VERBOSE = ["--verbose", "print a stack trace with an error"] as const;

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function readTime(text: string): number {
  const seconds = parseDuration(text);
  if (seconds !== undefined) return seconds;
  throw new InvalidArgumentError("It must be a time such as 90s, 2m or 90.");
}

function addTrain(program: Command, terminal: Terminal): void {
  const command = program
    .command("train")
    .description("train a model, by importance sampling where it pays")
    .argument("[config]", CONFIG_HELP);
  addTrainFlags(command)
    .addOption(
      new Option("--resume <dir>", "go on with the run of a folder").conflicts(["out", "plugin"]),
    )
    .option("--allow-changes", "go on although flags change the run")
    .addOption(
      new Option("--overwrite", "replace the run that is in the folder").conflicts("resume"),
    )
    .option("--json", "print one JSON object as the last line of stdout")
    .option("--quiet", "print nothing but errors, and the line of --json")
    .option("--verbose", "print the engine, and a stack trace with an error")
    .action(async (config: string | undefined, given: GivenTrain) => {
      const { train } = await import("./commands/train.js");
      const { json = false, quiet = false, verbose = false } = given;
      const { resume, overwrite = false, allowChanges = false } = given;
      if (resume !== undefined && config !== undefined)
        throw new CommanderError(USAGE, "unequal.resume", RESUME_WITH_CONFIG);
      if (resume === undefined && allowChanges)
        throw new CommanderError(USAGE, "unequal.resume", "--allow-changes is for --resume <dir>");
      const flags = readTrainFlags(given, terminal.folder);
      const going = { resume, overwrite, allowChanges };
      await train(terminal, { config, flags, ...going, json, quiet, verbose });
    });
}

function addEvaluate(program: Command, terminal: Terminal): void {
  program
    .command("evaluate")
    .description("evaluate the model that train --out wrote")
    .argument("<dir>", "folder of the run")
    .option("--json", "print one JSON object")
    .option(...VERBOSE)
    .action(async (folder: string, { json = false }: Given) => {
      const { evaluate } = await import("./commands/evaluate.js");
      await evaluate(terminal, { folder, json });
    });
}

function addScore(program: Command, terminal: Terminal): void {
  program
    .command("score")
    .description("score every training example by the model that train --out wrote")
    .argument("<dirs...>", "folders of runs; of several the mean is taken")
    .requiredOption("--out <file>", "file for the scores, a JSON array")
    .addOption(
      new Option("--scorer <name>", "what an example is worth (default: loss)").conflicts("signal"),
    )
    .option("--signal <name>", "or a signal of the model, one number for each example")
    .option("--data <config>", "configuration whose data are scored (default: the run's own)")
    .option("--initial", "score with the weights that the run began with")
    .option("--json", "print one JSON object")
    .option(...VERBOSE)
    .action(async (folders: readonly string[], given: GivenScore) => {
      const { score } = await import("./commands/score.js");
      const { scorer = "loss", signal, data, initial = false, out, json = false } = given;
      const by = signal === undefined ? { scorer } : { signal };
      await score(terminal, { folders, by, data, initial, out, json });
    });
}

function addPlugins(program: Command, terminal: Terminal): void {
  const command = program
    .command("plugins")
    .description("list what is registered, with kind, options and paper")
    .argument("[config]", CONFIG_HELP);
  addPluginFlag(command)
    .option("--json", "print a JSON array")
    .option(...VERBOSE)
    .action(async (config: string | undefined, given: Given) => {
      const { plugins } = await import("./commands/plugins.js");
      const flags = readPluginFlag(given, terminal.folder);
      await plugins(terminal, { config, flags, json: given.json ?? false });
    });
}

function addSetup(program: Command, terminal: Terminal): void {
  program
    .command("setup")
    .description("build the native binding of an engine against Python's TensorFlow")
    .addArgument(new Argument("<engine>", "engine").choices(Object.keys(NATIVE_ENGINES)))
    .option("--python <path>", "Python that has tensorflow (default: $VIRTUAL_ENV's, or python3)")
    .option("--json", "print one JSON object as the last line of stdout")
    .option(...VERBOSE)
    .action(async (engine: NativeEngine, { python, json = false }: GivenSetup) => {
      const { setup } = await import("./commands/setup.js");
      await setup(terminal, { engine, python, json });
    });
}

function addDoctor(program: Command, terminal: Terminal): void {
  const command = program
    .command("doctor")
    .description("check which engines work here, and say what to do about the others")
    .argument("[config]", CONFIG_HELP);
  addPluginFlag(command)
    .option("--engine <name>", "check this one, which must work; may be repeated", collect)
    .addOption(
      new Option("--time-limit <time>", "how long one engine may take")
        .argParser(readTime)
        .default(120, "120s"),
    )
    .option("--json", "print a JSON array")
    .option("--verbose", "print what the engines write to stderr, and a stack trace with an error")
    .action(async (config: string | undefined, given: GivenDoctor) => {
      const { doctor } = await import("./commands/doctor.js");
      const { engine: engines = [], timeLimit: seconds, json = false, verbose = false } = given;
      const flags = readPluginFlag(given, terminal.folder);
      await doctor(terminal, { config, flags, engines, seconds, json, verbose });
    });
}

/** Hidden: what `doctor` runs in a process of its own for each engine. */
function addCheckEngine(program: Command, terminal: Terminal): void {
  const command = program
    .command("check-engine", { hidden: true })
    .argument("<name>")
    .argument("[config]");
  addPluginFlag(command).action(
    async (engine: string, config: string | undefined, given: Given) => {
      const { checkEngine } = await import("./commands/check-engine.js");
      const flags = readPluginFlag(given, terminal.folder);
      await checkEngine(terminal, { engine, config, flags });
    },
  );
}

function createProgram(terminal: Terminal): Command {
  const { version } = createRequire(import.meta.url)("../package.json") as { version: string };
  const program = new Command("unequal")
    .description("Importance-sampling training for TensorFlow.js")
    .version(version)
    .exitOverride()
    // Errors of usage are shown by us, on one line with their code.
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: () => undefined,
    });
  addTrain(program, terminal);
  addEvaluate(program, terminal);
  addScore(program, terminal);
  addPlugins(program, terminal);
  addSetup(program, terminal);
  addDoctor(program, terminal);
  addCheckEngine(program, terminal);
  return program;
}

function exitCode({ interruption: { aborted, reason } }: Terminal, otherwise: number): number {
  return aborted ? (INTERRUPTED[String(reason)] ?? INTERRUPTED["SIGINT"] ?? FAILURE) : otherwise;
}

/**
 * Runs the command line and returns the exit code: 0; 1 after an error; 2 for a command line that is none; 130, 143 or 129
 * where SIGINT, SIGTERM or SIGHUP ended it early. An error is one line on stderr, `unequal: CODE message`, which a terminal shows broken between words.
 */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const program = createProgram(terminal);
    if (args.length === 0) program.outputHelp();
    else await orNever(program.parseAsync(args, { from: "user" }), stuck, 1);
    return exitCode(terminal, 0);
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    writeLine(terminal.stderr, `unequal: ${describeFailure(error)}`);
    if (args.includes("--verbose")) terminal.stderr.write(stackOf(error));
    if (error instanceof CommanderError) return USAGE;
    return exitCode(terminal, FAILURE);
  }
}
