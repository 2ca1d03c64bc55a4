import { describeOptions, schedulersPlugin } from "@unequal/core";
import { samplersPlugin } from "@unequal/samplers";
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const HEADINGS = ["When it helps", "Options", "Cost", "Bias", "Use", "Paper"];
const parts = [...samplersPlugin.parts, ...schedulersPlugin.parts].map(({ kind, definition }) => ({
  kind,
  definition,
  name: definition.name,
}));

function read(file: string): string {
  return readFileSync(path.join(ROOT, file), "utf8");
}

const table = read("docs/methods/README.md");

/** Returns the page that the table of methods has for a part: a file of its own, or a chapter of one. */
function pageOf(kind: string, name: string): string {
  const title = `${kind}s`;
  const chapter = table.split(/^## /m).find((text) => text.toLowerCase().startsWith(title)) ?? "";
  const link = chapter.split(`[\`${name}\`](`)[1]?.split(")")[0] ?? "";
  const [file = "", part] = link.split("#");
  const page = file === "" ? "" : read(`docs/methods/${file}`);
  if (part === undefined) return page;
  const chapters = page.split(/^## /m);
  return chapters.find((text) => text.startsWith(`${part}\n`)) ?? "";
}

describe.each(parts)("$kind $name", ({ kind, name, definition }) => {
  const page = pageOf(kind, name);

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
