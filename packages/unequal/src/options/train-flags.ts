import path from "node:path";
import { describeOptions, reasonOf, type OptionDescription } from "@unequal/core";
import { InvalidArgumentError, Option, type Command } from "commander";
import type { z } from "zod";
import { commandOptions, type UnequalConfig } from "./command-options.js";
import { parseCosts } from "./parse-costs.js";

type Key = keyof typeof commandOptions.shape;

/** Keys that only a file can hold, or that have a flag of their own. */
const WITHOUT_FLAG: ReadonlySet<string> = new Set(["extends", "plugins", "reporters"]);

/** Reads an object or a list, which is written in JSON. */
function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidArgumentError(`It must be JSON, but is not: ${reasonOf(error)}.`);
  }
}

/** Lists what a text may stand for: what is written in JSON, a number, a truth value; else itself. */
function readings(text: string): readonly unknown[] {
  if (/^\s*[[{]/.test(text)) return [json(text)];
  const number = text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isNaN(number)) return [number, text];
  return text === "true" || text === "false" ? [text === "true", text] : [text];
}

/** Types in words, where they differ. */
const WORDS: Readonly<Record<string, string>> = {
  integer: "a whole number",
  number: "a number",
  "number | schedule": 'a number, or a schedule such as {"cosine":[1,0]}',
};

function misfit({ issues }: z.ZodError, type: string, text: string): InvalidArgumentError {
  const { message = "Invalid input" } = issues[0] ?? {};
  const told = message.startsWith("Invalid")
    ? `must be ${WORDS[type] ?? type}, but is "${text}"`
    : message.replace(/^Too/, "is too").replace(/^Unrecognized/, "has an unknown");
  return new InvalidArgumentError(`It ${told}.`);
}

/** Reads the text of a flag as the first thing that its option takes. */
function reader({ name, type }: OptionDescription): (text: string) => unknown {
  const schema = commandOptions.shape[name as Key] as z.ZodType;
  return (text) => {
    const results = readings(text).map((value) => ({ value, ...schema.safeParse(value) }));
    const fit = results.find(({ success }) => success);
    if (fit !== undefined) return fit.value;
    throw misfit(results[0]?.error as z.ZodError, type, text);
  };
}

function costs(value: string): unknown {
  const parsed = parseCosts(value);
  if (parsed !== undefined) return parsed;
  throw new InvalidArgumentError(
    'Write "backward=2", or "score=5,step=3", with ",background=4" where a replica scores: each key once.',
  );
}

/** Names a file of numbers that are a signal; the flag may be repeated. */
function signals(value: string, before: UnequalConfig["signals"] = []): UnequalConfig["signals"] {
  const [, signal, file] = /^([^=]+)=(.+)$/.exec(value) ?? [];
  const known = before.some((spec) => (spec as { signal?: string }).signal === signal);
  if (known) throw new InvalidArgumentError(`The signal "${signal}" is there twice. Give it once.`);
  if (signal !== undefined) return [...before, { name: "by-id", signal, file }];
  throw new InvalidArgumentError('Write "irreducible-loss=losses.json": a signal and its file.');
}

/** Flags whose texts have a form of their own. */
const FORMS: Readonly<
  Record<
    string,
    { readonly value: string; readonly read: (text: string, before: never) => unknown }
  >
> = {
  costs: { value: "<backward=2>", read: costs },
  signals: { value: "<signal=file>", read: signals },
};

function kebab(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Shows what a flag takes: names that are fixed, a number, the name of a part. */
function valueOf(type: string): string {
  const names = [...type.matchAll(/"([\w-]+)"/g)].map(([, name]) => name as string);
  const truth = type.startsWith("boolean") ? ["true", "false"] : [];
  if (names.length > 0) return `<${[...truth, ...names].join("|")}>`;
  if (["integer", "number"].includes(type)) return "<number>";
  // the type of a part is its kind
  return /^(?!string$)[a-z]+$/.test(type) ? "<name>" : "<value>";
}

/** Tells whether an option is a switch that is on unless it is turned off. */
function isOn({ type, default: value }: OptionDescription): boolean {
  return type === "boolean" && value === true;
}

/** Says in words what holds where an option is left out. */
export function defaultText({ usual, default: value }: OptionDescription): string | undefined {
  if (usual !== undefined || value === undefined) return usual;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The options of the command, each with its flag if it has one. */
export const FLAGS: readonly (OptionDescription & { readonly flag?: string })[] = describeOptions(
  commandOptions,
).map((each) =>
  WITHOUT_FLAG.has(each.name)
    ? each
    : { ...each, flag: `--${isOn(each) ? "no-" : ""}${kebab(each.name)}` },
);

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
  for (const { flag, ...option } of FLAGS) {
    if (flag === undefined) continue;
    const usual = defaultText(option);
    const off = isOn(option) ? "turn off: " : "";
    const text = `${off}${option.description}${usual === undefined ? "" : ` (default: ${usual})`}`;
    const { value, read } = FORMS[option.name] ?? {
      value: valueOf(option.type),
      read: reader(option),
    };
    if (option.type === "boolean") command.addOption(new Option(flag, text));
    else command.addOption(new Option(`${flag} ${value}`, text).argParser(read as never));
  }
  return addPluginFlag(command);
}

/** Reads what commander parsed as a configuration; paths to plugins are made absolute. */
export function readTrainFlags(parsed: object, folder: string): UnequalConfig {
  const on = new Set(FLAGS.flatMap((each) => (isOn(each) ? [each.name] : [])));
  // commander gives a switch that is on unless it is turned off by itself
  const given = ([key, value]: [string, unknown]): boolean =>
    key in commandOptions.shape && !(on.has(key) && value === true);
  const entries = Object.entries(parsed).filter(given);
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
