import { describeOptions, schedulersPlugin } from "@unequal/core";
import { samplersPlugin } from "@unequal/samplers";
import { existsSync, readFileSync } from "node:fs";
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
