import { tensorflowGpu } from "@unequal/backends";
import { Registry, setUpPart, type EngineFacts, type Part } from "@unequal/core";
import { describe, expect, test } from "vitest";
import { describeEngine } from "./describe-engine.js";
import { requireEngine } from "./require-engine.js";

await describeEngine({ part: tensorflowGpu(), tolerance: 1e-5, replicable: false });

function start(part: Part<"backend">): Promise<EngineFacts> {
  return setUpPart("backend", part, { registry: new Registry([]) }).start();
}

const started = await requireEngine(tensorflowGpu());

describe.skipIf(!started)("tensorflow-gpu", () => {
  test("warns where it finds no GPU, and only there", async () => {
    const { hardware, warnings } = await start(tensorflowGpu());
    const warning = expect.stringContaining("found no GPU that TensorFlow can use") as string;
    expect(warnings).toEqual(hardware === "gpu" ? [] : [warning]);
  });

  test("refuses other options than those that it runs with", async () => {
    for (const options of [{ threads: 1 }, { memory: "grow" }, { device: 0 }] as const)
      await expect(start(tensorflowGpu(options))).rejects.toThrow(
        expect.objectContaining({ code: "OPTION_INVALID" }),
      );
  });
});
