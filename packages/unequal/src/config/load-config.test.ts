import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { isUnequalError } from "@unequal/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadConfig } from "./load-config.js";
import { mergeAll } from "./merge-configs.js";

const FILES: Readonly<Record<string, string>> = {
  "mark.json": '\uFEFF{ "seed": 3 }',
  "above.ts": 'export default { extends: "./mark.json", epochs: 2 };',
  "common.cjs": "module.exports = { seed: 4 };",
  "awaited.mjs": "export default await Promise.resolve({ seed: 5 });",
  "empty.json": "",
  "null.json": "null",
  "list.json": "[]",
  "text.json": '"wasm"',
  "twice.json": '{ "seed": 1, "seed": 2 }',
  "empty.ts": "",
  "function.ts": "export default () => ({});",
  "list.ts": "export default [];",
  "null.ts": "export default null;",
  "promise.ts": "export default Promise.resolve({ seed: 5 });",
  "map.ts": 'export default new Map([["seed", 5]]);',
  "text.ts": 'export default "wasm";',
  "number.ts": "export default 5n;",
  "throws.ts": 'throw "no error";',
  "nothing.ts": "throw undefined;",
  "circle-a.ts": 'import b from "./circle-b.ts"; export default { ...b };',
  "circle-b.ts": 'import a from "./circle-a.ts"; export default { ...a.seed };',
  "missing.ts": 'import "./not-there.js"; export default {};',
  "config.yaml": "seed: 5",
  "below.json": '{ "extends": "./null.json" }',
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "unequal-config-"));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(path.join(folder, name), text);
  mkdirSync(path.join(folder, "run.json"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ["mark.json", { seed: 3 }],
  ["above.ts", { seed: 3, epochs: 2 }],
  ["common.cjs", { seed: 4 }],
  ["awaited.mjs", { seed: 5 }],
  ["promise.ts", { seed: 5 }],
])("%s is read", async (name, config) => {
  expect(mergeAll((await loadConfig(folder, name)).layers)).toEqual(config);
});

test.each([
  ["empty.json", "could not be loaded"],
  ["null.json", 'must hold an object, { "batchSize": 128, … }, but holds null.'],
  ["list.json", "but holds a list."],
  ["text.json", 'but holds the text "wasm".'],
  ["twice.json", 'has "seed" twice'],
  ["empty.ts", "must have a default export"],
  ["function.ts", "but exports a function. Write: export default what it returns."],
  ["list.ts", "but exports a list."],
  ["null.ts", "but exports null."],
  ["map.ts", "but exports one made by a class, Map."],
  ["text.ts", 'but exports the text "wasm".'],
  ["number.ts", "but exports a bigint."],
  ["throws.ts", "no error"],
  ["nothing.ts", "could not be loaded"],
  ["circle-a.ts", "could not be loaded"],
  ["missing.ts", "not-there"],
  ["config.yaml", "or .json file, by its name"],
  ["run.json", "must be a file"],
  ["nowhere.json", "does not exist"],
  ["below.json", "null.json must hold an object"],
])("%s: %s", async (name, hint) => {
  const error: unknown = await loadConfig(folder, name).catch((thrown: unknown) => thrown);
  expect(isUnequalError(error) && error.code).toBe("CONFIG_LOAD_FAILED");
  expect((error as Error).message).toContain(hint);
});
