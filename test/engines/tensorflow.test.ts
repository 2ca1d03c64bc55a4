import { tensorflow } from "@unequal/backends";
import { Registry, setUpPart } from "@unequal/core";
import { describe, expect, test } from "vitest";
import { describeEngine } from "./describe-engine.js";
import { requireEngine } from "./require-engine.js";

await describeEngine({ part: tensorflow(), tolerance: 1e-5 });

const started = await requireEngine(tensorflow());

describe.skipIf(!started)("tensorflow", () => {
  test("refuses other threads than those that it runs with", async () => {
    const backend = setUpPart("backend", tensorflow({ threads: 1 }), {
      registry: new Registry([]),
    });
    await expect(backend.start()).rejects.toThrow(
      expect.objectContaining({ code: "OPTION_INVALID" }),
    );
  });
});
