import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cruise, type ICruiseResult } from "dependency-cruiser";
import { afterAll, expect, test } from "vitest";
import { CRUISE_OPTIONS, rulesOf } from "../rooms.config.js";

const folder = mkdtempSync(join(tmpdir(), "rooms-"));
afterAll(() => rmSync(folder, { recursive: true }));

const CLEAN = {
  "low/types.ts": "export interface Low { readonly low: 1 }",
  "low/value.ts": 'import type { Low } from "./types.js"; export const low: Low = { low: 1 };',
  "high/use.ts": 'import { low } from "../low/value.js"; export const high = low;',
  "root.ts": 'export { high } from "./high/use.js";',
};

/** Plants the files, and returns the names of the rules that are broken. */
async function broken(files: Readonly<Record<string, string>>): Promise<string[]> {
  const base = mkdtempSync(join(folder, "planted-"));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(base, "src", file)), { recursive: true });
    writeFileSync(join(base, "src", file), text);
  }
  const forbidden = rulesOf("src", ["low", "high", "root.ts"]);
  const { output } = await cruise(["src"], {
    ...CRUISE_OPTIONS,
    baseDir: base,
    validate: true,
    ruleSet: { forbidden },
  });
  const { violations } = (output as ICruiseResult).summary;
  return [...new Set(violations.map(({ rule }) => rule.name))].sort();
}

test("imports that look down, types too, break no rule", async () => {
  expect(await broken(CLEAN)).toEqual([]);
});

test.each([
  [
    "a circle of types",
    {
      "low/types.ts":
        'import type { low } from "./value.js"; export interface Low { readonly low: 1; readonly other?: typeof low }',
    },
    ["no circles"],
  ],
  [
    "a type of a room above",
    {
      "high/types.ts": "export interface High { readonly high: 1 }",
      "low/value.ts":
        'import type { High } from "../high/types.js"; export const low: High = { high: 1 };',
    },
    ["src: low imports no room above it"],
  ],
  [
    "a file in no room",
    { "lost/file.ts": 'import { low } from "../low/value.js"; export const lost = low;' },
    ["src: every file is in a room"],
  ],
])("%s does", async (_, planted, rules) => {
  expect(await broken({ ...CLEAN, ...planted })).toEqual(rules);
});
