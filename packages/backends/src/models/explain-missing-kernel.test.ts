import * as tf from "@tensorflow/tfjs";
import { setUpPart } from "@unequal/core";
import { expect, test } from "vitest";
import { wasm } from "../engines/wasm.js";
import { explainMissingKernel } from "./explain-missing-kernel.js";

test("a kernel that the engine lacks is a coded error that names it and another engine", async () => {
  await setUpPart("backend", wasm()).start();
  const run = (): tf.Tensor => tf.tidy(() => tf.spectral.rfft(tf.ones([4])));
  expect(() => explainMissingKernel(run)).toThrow(
    expect.objectContaining({
      code: "KERNEL_MISSING",
      message: expect.stringMatching(/Complex.*"wasm".*"cpu"/) as string,
    }) as Error,
  );
});

test("other errors pass as they are", () => {
  const error = new Error("another");
  const run = (): never => {
    throw error;
  };
  expect(() => explainMissingKernel(run)).toThrow(error);
});
