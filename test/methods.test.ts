import { describeOptions, schedulersPlugin, type Kind } from "@unequal/core";
import { samplersPlugin } from "@unequal/samplers";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const HEADINGS = ["When it helps", "Options", "Cost", "Bias", "Use", "Paper"];
const TABLES: readonly { readonly readme: string; readonly kinds: readonly Kind[] }[] = [
  { readme: "packages/samplers/README.md", kinds: ["sampler", "scorer", "weighting", "estimator"] },
  { readme: "packages/core/README.md", kinds: ["gate", "sizer"] },
];
const KINDS: readonly (readonly [Kind, string])[] = [
  ["sampler", "Samplers: which candidates to train on"],
  ["scorer", "Scorers: how much each candidate is worth"],
  ["weighting", "Weightings: how much each drawn row counts"],
  ["estimator", "Estimators: which direction to step in"],
  ["gate", "Gates: when to train by importance sampling"],
  ["sizer", "Sizers: how large the pool and the batch are"],
];
const parts = [...samplersPlugin.parts, ...schedulersPlugin.parts].map(({ kind, definition }) => ({
  kind,
  definition,
  name: definition.name,
}));

function read(file: string): string {
  return readFileSync(path.join(ROOT, file), "utf8");
}

/** Returns the page of a method: a file of its own, or a chapter of gates.md. */
function pageOf(name: string): string {
  const file = `docs/methods/${name}.md`;
  if (existsSync(path.join(ROOT, file))) return read(file);
  const chapters = read("docs/methods/gates.md").split(/^## /m);
  return chapters.find((chapter) => chapter.startsWith(`${name}\n`)) ?? "";
}

describe.each(parts)("$kind $name", ({ name, definition }) => {
  const page = pageOf(name);

  test("has a page", () => {
    expect(page, `docs/methods/${name}.md`).not.toBe("");
  });

  test("whose chapters are those of every method", () => {
    const headings = [...page.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    if (!page.startsWith("# ")) return;
    for (const wanted of HEADINGS)
      expect(
        headings.some((heading) => heading?.startsWith(wanted)),
        wanted,
      ).toBe(true);
  });

  test("which names every option", () => {
    for (const option of describeOptions(definition.options))
      expect(page, option.name).toContain(`\`${option.name}\``);
  });
});

test.each(TABLES)("$readme lists what is registered, no more", (table) => {
  const cells = [...read(table.readme).matchAll(/^\| (`[^|]+) \|/gm)].map(([, cell = ""]) => cell);
  const rows = cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name));
  const wanted = parts.filter(({ kind }) => table.kinds.includes(kind)).map(({ name }) => name);
  expect(rows.sort()).toEqual(wanted.sort());
});

/** The table of contents: a chapter for each kind, a row for each part, as the registry describes it. */
function contents(): string {
  const claims: ReadonlySet<Kind> = new Set(["sampler", "weighting", "estimator"]);
  const link = (name: string): string =>
    existsSync(path.join(ROOT, `docs/methods/${name}.md`)) ? `${name}.md` : `gates.md#${name}`;
  const chapter = ([kind, title]: readonly [Kind, string]): string[] => [
    `## ${title}`,
    "",
    claims.has(kind)
      ? "| name | what it does | unbiased | paper |"
      : "| name | what it does | paper |",
    claims.has(kind) ? "| --- | --- | --- | --- |" : "| --- | --- | --- |",
    ...parts
      .filter((part) => part.kind === kind)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(
        ({ name, definition: { summary, unbiased = false, paper = "" } }) =>
          `| [\`${name}\`](${link(name)}) | ${summary} | ${claims.has(kind) ? `${unbiased ? "yes" : ""} | ` : ""}${paper} |`,
      ),
    "",
  ];
  return [
    "# Methods",
    "",
    "Every part by name, as `unequal plugins` lists it, each with a page: the idea and its formula, when it helps and when it",
    "hurts, options, cost, bias, use and paper. Unbiased: with the weighting `unbiased`, a step is uniform training's in expectation,",
    "which the contract suite tests. Written from the registry by `npx vitest run test/methods.test.ts -u`.",
    "",
    ...KINDS.flatMap(chapter),
  ].join("\n");
}

test("docs/methods/README.md is the table of contents of the registry", async () => {
  await expect(contents()).toMatchFileSnapshot(path.join(ROOT, "docs/methods/README.md"));
});
