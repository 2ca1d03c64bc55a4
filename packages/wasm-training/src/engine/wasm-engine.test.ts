import { expect, test } from "vitest";
import { wasmEngine } from "./wasm-engine.js";

test.each([
  ["that keeps its memory to itself, as with threads", /without threads/, { wasm: {} }],
  ["whose memory is not WebAssembly's", /SIMD/, { wasm: { asm: { memory: {} } } }],
])("an engine %s is a coded error", (_, message, backend) => {
  expect(() => wasmEngine(backend)).toThrow(
    expect.objectContaining({
      code: "BACKEND_UNAVAILABLE",
      message: expect.stringMatching(message) as string,
    }) as Error,
  );
});
