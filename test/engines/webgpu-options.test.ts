import * as tf from "@tensorflow/tfjs";
import { webgpu } from "@unequal/backends";
import { Registry, setUpPart, type EngineFacts, type Part } from "@unequal/core";
import { describe, expect, test } from "vitest";
import { requireEngine } from "./require-engine.js";

const scope = globalThis as { navigator?: { gpu?: object }; GPUBufferUsage?: object };

function start(part: Part<"backend">): Promise<EngineFacts> {
  return setUpPart("backend", part, { registry: new Registry([]) }).start();
}

function refusal(...parts: readonly string[]): object {
  return expect.objectContaining({
    code: "OPTION_INVALID",
    message: expect.stringMatching(new RegExp(parts.join("[^]*"))) as string,
  }) as object;
}

/** Whether the program has a WebGPU of its own, before webgpu puts Dawn in place. */
const own = scope.navigator?.gpu !== undefined;

// comes first: nothing that it leaves may hinder the start that follows
const unknown = await start(webgpu({ adapter: "nonsense" })).catch((error: unknown) => error);
const left = [scope.navigator?.gpu, scope.GPUBufferUsage];

const started = await requireEngine(webgpu());

describe.skipIf(!started || own)("the options of webgpu", () => {
  test("an adapter that is not there is refused, with those that are, and leaves nothing", () => {
    expect(unknown).toEqual(refusal('"nonsense"', "Available adapters: backend: ", "name: "));
    expect(left).toEqual([undefined, undefined]);
    expect(scope.navigator?.gpu).toBeDefined();
  });

  test("other options than those it runs with are refused", async () => {
    await expect(start(webgpu({ adapter: "nonsense" }))).rejects.toThrow(
      refusal("adapter not given", "adapter is nonsense", "Start a new process"),
    );
    await expect(start(webgpu({ powerPreference: "low-power" }))).rejects.toThrow(
      refusal("powerPreference high-performance", "powerPreference is low-power"),
    );
    expect(await start(webgpu({ powerPreference: "high-performance" }))).toEqual(
      await start(webgpu()),
    );
  });

  test("states the limit of the device that computes", async () => {
    const { device } = tf.backend() as unknown as {
      device: { limits: Record<string, number> };
    };
    const { largestTensor } = await start(webgpu());
    expect(largestTensor).toBe(
      Math.min(
        device.limits["maxBufferSize"] ?? 0,
        device.limits["maxStorageBufferBindingSize"] ?? 0,
      ),
    );
  });

  test("a name is refused where the program has a WebGPU of its own", async () => {
    const gpu = scope.navigator?.gpu;
    const registry = tf.engine().registry;
    const engine = registry["webgpu"];
    delete registry["webgpu"];
    try {
      await expect(start(webgpu({ adapter: "any" }))).rejects.toThrow(refusal("of its own"));
    } finally {
      registry["webgpu"] = engine as typeof engine & object;
    }
    expect(scope.navigator?.gpu).toBe(gpu);
  });
});
