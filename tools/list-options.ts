import { readFileSync, writeFileSync } from "node:fs";
import { describeOptions, trainerOptions, type OptionDescription } from "@unequal/core";
import { commandOptions } from "../packages/unequal/src/options/command-options.js";
import { fitDatasetOptions, fitOptions } from "../packages/unequal/src/fit/fit-options.js";
import { defaultText, FLAGS } from "../packages/unequal/src/options/train-flags.js";
import { trainingOptions } from "../packages/unequal/src/options/training-options.js";

/**
 * Writes the tables of options into the docs, between markers: `<!-- options: name -->` and `<!-- end -->`; and what each option
 * means above it in its schema, as a comment, which editors show.
 */

type Schema = Parameters<typeof describeOptions>[0];
type Row = OptionDescription & { readonly flag?: string };

const COLUMNS = {
  flag: "flag",
  name: "option",
  type: "takes",
  default: "default",
  meaning: "meaning",
};
type Column = keyof typeof COLUMNS;

function cell(option: Row, column: Column): string {
  const code = (text: string): string => `\`${text}\``.replaceAll("|", "\\|");
  switch (column) {
    case "flag":
      return option.flag === undefined ? "" : code(option.flag);
    case "default":
      return option.usual ?? (option.default === undefined ? "" : code(defaultText(option) ?? ""));
    case "meaning":
      return option.description ?? "";
    default:
      return code(option[column]);
  }
}

function table(rows: readonly Row[], columns: readonly Column[]): string {
  const lines = rows.map((row) => columns.map((column) => cell(row, column)));
  const head = [columns.map((column) => COLUMNS[column]), columns.map(() => "---")];
  return [...head, ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

const TABLES: Readonly<Record<string, () => string>> = {
  trainer: () => table(describeOptions(trainerOptions), ["name", "type", "default", "meaning"]),
  training: () => table(describeOptions(trainingOptions), ["name", "type", "default", "meaning"]),
  fit: () => table(describeOptions(fitOptions), ["name", "type", "default", "meaning"]),
  fitDataset: () =>
    table(describeOptions(fitDatasetOptions), ["name", "type", "default", "meaning"]),
  command: () => table(FLAGS, ["flag", "name", "type", "default", "meaning"]),
};

const PAGES = ["docs/command.md", "docs/fit.md", "docs/options.md"];

/** Files that say options, which editors show by the comment above each. */
const SOURCES = {
  "packages/core/src/training/trainer-options.ts": [trainerOptions],
  "packages/unequal/src/options/training-options.ts": [trainingOptions],
  "packages/unequal/src/options/command-options.ts": [commandOptions],
  "packages/unequal/src/fit/fit-options.ts": [fitOptions, fitDatasetOptions],
} as const;

function comment({ description = "", ...option }: OptionDescription): string {
  const usual = defaultText(option);
  const text = `${description}${usual === undefined ? "" : `; default: ${usual}`}`;
  return `${text[0]?.toUpperCase()}${text.slice(1)}.`.replaceAll("*/", "* /");
}

/** Writes what each option means above it. */
function commented(text: string, schemas: readonly Schema[]): string {
  const known = new Map(
    schemas.flatMap((schema) => describeOptions(schema)).map((each) => [each.name, each]),
  );
  return text.replace(
    /(?: {2}\/\*\* [^\n]* \*\/\n)?^ {2}(\w+)(: (?:option|usually|orProvided|specSchema|batchOptions|z)\b|,$)/gm,
    (all, name: string, rest: string) => {
      const found = known.get(name);
      return found === undefined ? all : `  /** ${comment(found)} */\n  ${name}${rest}`;
    },
  );
}

const check = process.argv.includes("--check");
const stale: string[] = [];

function put(file: string, write: (old: string) => string): void {
  const old = readFileSync(file, "utf8");
  const text = write(old);
  if (text === old) return;
  stale.push(file);
  if (!check) writeFileSync(file, text);
}

for (const page of PAGES)
  put(page, (old) =>
    old.replace(
      /(<!-- options: (\w+) -->\n)[^]*?(<!-- end -->)/g,
      (_, start: string, name: string, end: string) => `${start}\n${TABLES[name]?.()}\n\n${end}`,
    ),
  );
for (const [file, schemas] of Object.entries(SOURCES)) put(file, (old) => commented(old, schemas));
if (check && stale.length > 0) {
  console.error(
    `What options mean is not up to date in ${stale.join(", ")}. Run \`npm run generate:options\`.`,
  );
  process.exit(1);
}
