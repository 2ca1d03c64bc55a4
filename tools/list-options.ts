import { readFileSync, writeFileSync } from "node:fs";
import { describeOptions, trainerOptions, type OptionDescription } from "@unequal/core";
import { fitDatasetOptions, fitOptions } from "../packages/unequal/src/fit/fit-options.js";
import { defaultText, flags } from "../packages/unequal/src/options/train-flags.js";
import { trainingOptions } from "../packages/unequal/src/options/training-options.js";

/** Writes the tables of options into the docs, between markers: `<!-- options: name -->` and `<!-- end -->`. */

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
  command: () => table(flags(), ["flag", "name", "default", "meaning"]),
};

const PAGES = ["docs/command.md", "docs/fit.md", "docs/options.md"];

const check = process.argv.includes("--check");
const stale: string[] = [];
for (const page of PAGES) {
  const old = readFileSync(page, "utf8");
  const text = old.replace(
    /(<!-- options: (\w+) -->\n)[^]*?(<!-- end -->)/g,
    (_, start: string, name: string, end: string) => `${start}\n${TABLES[name]?.()}\n\n${end}`,
  );
  if (text === old) continue;
  stale.push(page);
  if (!check) writeFileSync(page, text);
}
if (check && stale.length > 0) {
  console.error(
    `Tables of options are not up to date in ${stale.join(", ")}. Run \`npm run generate:options\`.`,
  );
  process.exit(1);
}
