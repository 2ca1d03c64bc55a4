import path from "node:path";
import { InvalidArgumentError, Option, type Command } from "commander";
import { configSchema } from "./config-schema.js";
import { parseCosts } from "./parse-costs.js";
import type { UnequalConfig } from "../define-config.js";

type Key = keyof typeof configSchema.shape;

function checked(key: Key, value: unknown): unknown {
  const result = configSchema.shape[key].safeParse(value);
  if (result.success) return value;
  throw new InvalidArgumentError(
    `${result.error.issues[0]?.message ?? "It does not fit the configuration"}.`,
  );
}

const text =
  (key: Key) =>
  (value: string): unknown =>
    checked(key, value);

function numeric(value: string): number {
  if (value.trim() !== "" && !Number.isNaN(Number(value))) return Number(value);
  throw new InvalidArgumentError("It must be a number.");
}

const number =
  (key: Key) =>
  (value: string): unknown =>
    checked(key, numeric(value));

function costs(value: string): unknown {
  const parsed = parseCosts(value);
  if (parsed !== undefined) return parsed;
  throw new InvalidArgumentError(
    'Write "backward=2", or "score=5,step=3", with ",background=4" where a replica scores: each key once.',
  );
}

/** `true`, `false` or `auto`. */
function resident(value: string): unknown {
  return checked("resident", value === "true" ? true : value === "false" ? false : value);
}

function presample(value: string): unknown {
  return checked("presample", value === "auto" ? value : numeric(value));
}

/** Names a file of numbers that are a signal; the flag may be repeated. */
function signals(value: string, before: UnequalConfig["signals"] = []): UnequalConfig["signals"] {
  const [, signal, file] = /^([^=]+)=(.+)$/.exec(value) ?? [];
  const known = before.some((spec) => (spec as { signal?: string }).signal === signal);
  if (known) throw new InvalidArgumentError(`The signal "${signal}" is there twice. Give it once.`);
  if (signal !== undefined) return [...before, { name: "by-id", signal, file }];
  throw new InvalidArgumentError('Write "irreducible-loss=losses.json": a signal and its file.');
}

/** A whole number seeds as a number, anything else as a text. */
function seed(value: string): unknown {
  return checked("seed", /^\d+$/.test(value) ? Number(value) : value);
}

const FLAGS: readonly (readonly [flag: string, description: string, (value: string) => unknown])[] =
  [
    ["--backend <name>", "engine (default: wasm)", text("backend")],
    ["--model <name>", "architecture: mlp, cnn, linear or embedding (default: mlp)", text("model")],
    ["--dataset <name>", "data set (default: mnist)", text("dataset")],
    ["--sampler <name>", "which candidates to train on (default: proportional)", text("sampler")],
    ["--scorer <name>", "what a candidate is worth (default: upper-bound)", text("scorer")],
    ["--weighting <name>", "how much a drawn row counts (default: unbiased)", text("weighting")],
    ["--estimator <name>", "which direction to step in (default: plain)", text("estimator")],
    ["--gate <name>", "when importance sampling is on (default: tau)", text("gate")],
    ["--scheduler <name>", "a whole scheduler instead of gate and sizer", text("scheduler")],
    ["--costs <costs>", "backward=2, or score=…,step=…[,background=…] (default: measured)", costs],
    ["--batch-size <b>", "rows trained on in one update (default: 128)", number("batchSize")],
    [
      "--presample <B>",
      "candidates scored for one step, or auto (default: 3 times the batch size)",
      presample,
    ],
    ["--sizer <name>", "how large importance steps are (default: fixed)", text("sizer")],
    ["--resident <when>", "examples stay on the engine: true, false or auto (default)", resident],
    [
      "--scoring <where>",
      "inline, in the background, or auto (default): the faster",
      text("scoring"),
    ],
    [
      "--epochs <n>",
      "limit in epochs: as many updates as batches in the dataset",
      number("epochs"),
    ],
    ["--max-steps <n>", "limit in updates", number("maxSteps")],
    ["--max-time <time>", "limit in training time: 60s, 2m (default: 60s)", text("maxTime")],
    ["--optimizer <name>", "optimizer (default: adam)", text("optimizer")],
    ["--learning-rate <rate>", "default: the optimizer's own", number("learningRate")],
    ["--weight-decay <rate>", "decoupled, of kernels (default: 0)", number("weightDecay")],
    [
      "--lr-schedule <schedule>",
      "constant, cosine or step:0.4,0.8:0.2 (default: cosine)",
      text("lrSchedule"),
    ],
    [
      "--loss <form>",
      "logits, as-compiled or none (default: logits; none for pairs and triplets)",
      text("loss"),
    ],
    ["--seed <seed>", "seed of everything random (default: 0)", seed],
    ["--out <dir>", "folder for events, configuration and model", text("out")],
  ];

/** Adds the flag that loads plugins, which may be repeated. */
export function addPluginFlag(command: Command): Command {
  return command.addOption(
    new Option(
      "--plugin <name>",
      "package or file that exports a plugin; may be repeated",
    ).argParser((name: string, before: readonly string[] | undefined) => [...(before ?? []), name]),
  );
}

/** Adds a flag for each key of the configuration that the command line can hold. */
export function addTrainFlags(command: Command): Command {
  for (const [flag, description, parse] of FLAGS)
    command.addOption(new Option(flag, description).argParser(parse));
  command.addOption(
    new Option(
      "--signals <signal=file>",
      "a signal known by example, such as irreducible-loss=losses.json; may be repeated",
    ).argParser(signals),
  );
  command.option("--mask", "apply the model's masks in the loss");
  return addPluginFlag(command);
}

/** Reads what commander parsed as a configuration; paths to plugins are made absolute. */
export function readTrainFlags(parsed: object, folder: string): UnequalConfig {
  const entries = Object.entries(parsed).filter(([key]) => key in configSchema.shape);
  return { ...(Object.fromEntries(entries) as UnequalConfig), ...readPluginFlag(parsed, folder) };
}

/** Reads the plugins that commander parsed. */
export function readPluginFlag(
  { plugin }: { readonly plugin?: readonly string[] },
  folder: string,
): Pick<UnequalConfig, "plugins"> {
  if (plugin === undefined) return {};
  return {
    plugins: plugin.map((name) => (name.startsWith(".") ? path.resolve(folder, name) : name)),
  };
}
