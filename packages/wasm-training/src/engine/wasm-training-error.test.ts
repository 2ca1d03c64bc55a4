import { ERROR_CODES, isUnequalError } from "@unequal/core";
import { expect, test } from "vitest";
import { WasmTrainingError, type WasmTrainingErrorCode } from "./wasm-training-error.js";

test("programs on @unequal/core take its errors for those of Unequal, by codes of the same table", () => {
  const code: WasmTrainingErrorCode & keyof typeof ERROR_CODES = "DISPOSED";
  const cause = new Error("cause");
  const error = new WasmTrainingError(code, "It must not be disposed.", { cause });
  expect(isUnequalError(error)).toBe(true);
  expect(ERROR_CODES).toHaveProperty(error.code);
  expect(error).toMatchObject({ name: "WasmTrainingError", cause });
});
