import path from "node:path";
import {
  describeFacts,
  describeOptions,
  type Kind,
  type OptionDescription,
  factsText,
  type Registry,
  type RegistryEntry,
} from "@unequal/core";
import { createRegistry } from "../config/create-registry.js";
import { loadConfig } from "../config/load-config.js";
import { mergeAll } from "../config/merge-configs.js";
import type { UnequalConfig } from "../options/command-options.js";
import type { Terminal } from "../text/terminal.js";
import { writeLine } from "../text/write-line.js";

/** What `unequal plugins` is asked for. */
export interface PluginsRequest {
  readonly config: string | undefined;
  readonly flags: Pick<UnequalConfig, "plugins">;
  readonly json: boolean;
}

/** Describes one registered part. */
interface PluginListing {
  readonly kind: Kind;
  readonly name: string;
  readonly plugin: string;
  readonly summary: string;
  readonly paper: string | null;
  /** Whether it says, and the contract suite tests, that it is unbiased; null for kinds of which that is not said. */
  readonly unbiased: boolean | null;
  /** What it is, as far as it is not the usual, with its default options; null where that follows from options that must be given. */
  readonly facts: Readonly<Record<string, unknown>> | null;
  readonly options: readonly OptionDescription[];
}

/** Says what the mark "unbiased" means, of the kinds that have it. */
const UNBIASED: Readonly<Partial<Record<Kind, string>>> = {
  sampler:
    'unbiased: with the weighting "unbiased" its steps are uniform training\'s in expectation',
  weighting: "unbiased: the coefficients of each row sum to 1/B in expectation",
  estimator: "unbiased: its steps follow the full gradient in expectation",
};

function listing(
  { kind, name, plugin, factory }: RegistryEntry,
  registry: Registry,
): PluginListing {
  const { summary, paper = null, options, unbiased: claim = false } = factory.definition;
  const unbiased = kind in UNBIASED ? claim : null;
  const facts = describeFacts(factory, registry) ?? null;
  return { kind, name, plugin, summary, paper, unbiased, facts, options: describeOptions(options) };
}

function headingOf(kind: Kind): string {
  const meaning = UNBIASED[kind];
  return `${kind}${meaning === undefined ? "" : `  (${meaning})`}`;
}

function optionText({ name, type, default: value, description }: OptionDescription): string {
  // JSON Schema has no infinity: its null is a limit that is not there.
  const preset = value === undefined || value === null ? "" : ` = ${JSON.stringify(value)}`;
  return `      ${name}: ${type}${preset}${description === undefined ? "" : `  ${description}`}`;
}

function linesOf(listings: readonly PluginListing[]): readonly string[] {
  const lines: string[] = [];
  let heading = "";
  for (const { kind, name, plugin, summary, paper, unbiased, facts, options } of listings) {
    if (kind !== heading) lines.push(...(heading === "" ? [] : [""]), headingOf(kind));
    heading = kind;
    lines.push(`  ${name}${unbiased === true ? " (unbiased)" : ""}  ${summary}  [${plugin}]`);
    if (paper !== null) lines.push(`      ${paper}`);
    if (facts === null) lines.push("      what it is follows from its options");
    else if (Object.keys(facts).length > 0) lines.push(`      ${factsText(facts)}`);
    lines.push(...options.map(optionText));
  }
  return lines;
}

/**
 * Lists every registered part with its options and paper, what it is, and whether it is unbiased. Sets nothing up.
 * @throws CONFIG_LOAD_FAILED, CONFIG_INVALID, PLUGIN_INVALID, API_VERSION_MISMATCH, DUPLICATE_PART
 */
export async function plugins(terminal: Terminal, request: PluginsRequest): Promise<void> {
  const { layers, file } = await loadConfig(terminal.folder, request.config);
  const from = file ?? path.join(terminal.folder, "package.json");
  const registry = await createRegistry(mergeAll([...layers, request.flags]), from);
  const listings = registry.entries().map((entry) => listing(entry, registry));
  if (request.json) terminal.stdout.write(`${JSON.stringify(listings, null, 2)}\n`);
  else for (const line of linesOf(listings)) writeLine(terminal.stdout, line);
}
