import { webgpu } from "@unequal/backends";
import { Registry, setUpPart } from "@unequal/core";
import { describe, expect, test } from "vitest";
import { describeEngine } from "./describe-engine.js";
import { requireEngine } from "./require-engine.js";

await describeEngine({ part: webgpu(), tolerance: 1e-4, replicable: false });

const started = await requireEngine(webgpu());

describe.skipIf(!started)("webgpu", () => {
  test("warns of a device made of software, and only of one", async () => {
    const backend = setUpPart("backend", webgpu(), { registry: new Registry([]) });
    const { device, hardware, warnings } = await backend.start();
    const warning = expect.stringContaining("a device made of software") as string;
    expect(warnings).toEqual(hardware === "gpu" ? [] : [warning]);
    if (/swiftshader|llvmpipe/i.test(device)) expect(hardware).toBe("cpu");
  });
});
