import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setUpPart } from "@unequal/core";
import { describeSignal } from "@unequal/core/testing";
import { describe, expect, test } from "vitest";
import { byId } from "./by-id.js";

const values = Float32Array.from({ length: 16 }, (_, id) => Math.sin(id));

function fileOf(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), "by-id-")), "scores.json");
  writeFileSync(file, text);
  return file;
}

describeSignal(byId({ signal: "irreducible-loss", values }));
describe("of a file", () =>
  describeSignal(byId({ signal: "s", file: fileOf(JSON.stringify([...values])) })));

test("gives each example its number, whatever the key", async () => {
  const source = setUpPart("signal", byId({ signal: "s", values: [5, 0.25, -7] }));
  const examples = { ids: Uint32Array.of(2, 0, 2), keys: Uint32Array.of(9, 1, 0) };
  expect(await source.compute(["s"], examples)).toEqual({ s: Float32Array.of(-7, 5, -7) });
});

test.each([
  ["OPTION_INVALID", "either", {}],
  ["OPTION_INVALID", "either", { values: [1], file: "a.json" }],
  ["OPTION_INVALID", "finite numbers", { values: [1, NaN] }],
  ["OPTION_INVALID", "finite numbers", { values: 3 as never }],
  ["DATASET_MISSING", "nowhere.json", { file: "nowhere.json" }],
  ["DATASET_INVALID", "JSON array", { file: fileOf("[1, 2,") }],
  ["DATASET_INVALID", "JSON array", { file: fileOf('{"scores": [1, 2, 3]}') }],
  ["DATASET_INVALID", "JSON array", { file: fileOf('[1, "2", 3]') }],
  ["DATASET_INVALID", "has 2", { values: [1, 2] }],
])("%s: %s", (code, message, options) => {
  expect(() => setUpPart("signal", byId({ signal: "s", ...options })).bind?.({ size: 3 })).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(message) as string }) as Error,
  );
});
