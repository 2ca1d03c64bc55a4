import { cp, mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { setUpPart } from "@unequal/core";
import { expect, test } from "vitest";
import { wasmFiles } from "./wasm-files.js";
import { wasm } from "./wasm.js";

const SIMD = "tfjs-backend-wasm-simd.wasm";

test("a path is a folder, or the one file that training takes", () => {
  expect(wasmFiles("/assets")[SIMD]).toBe(`/assets/${SIMD}`);
  expect(wasmFiles("https://example.org/a/")[SIMD]).toBe(`https://example.org/a/${SIMD}`);
  for (const file of [
    "/assets/simd-BqVz1.wasm",
    "/simd.wasm?v=4",
    "data:application/wasm;base64,AA",
  ])
    expect(new Set(Object.values(wasmFiles(file)))).toEqual(new Set([file]));
});

test("the engine starts from a file at the path that it is given", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "unequal-wasm-"));
  try {
    const stock = createRequire(import.meta.url).resolve(
      `@tensorflow/tfjs-backend-wasm/dist/${SIMD}`,
    );
    const renamed = path.join(folder, "renamed.wasm");
    await cp(stock, renamed);
    await setUpPart("backend", wasm({ path: renamed })).start();
    expect(tf.getBackend()).toBe("wasm");
    expect(tf.tensor1d([1, 2]).sum().dataSync()[0]).toBe(3);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("an unknown option, or none of a path, is refused", () => {
  expect(() => setUpPart("backend", wasm({ path: "" }))).toThrow(/path/);
});
