import * as tf from "@tensorflow/tfjs";
import { autoEngine } from "@unequal/backends";
import { Registry, setUpPart } from "@unequal/core";
import { expect, test } from "vitest";

const scope = globalThis as { navigator?: { gpu?: object }; GPUBufferUsage?: object };

test("auto starts an engine, says which and why, and leaves nothing of a webgpu that it turned down", async () => {
  const before = scope.navigator?.gpu;
  const backend = setUpPart("backend", autoEngine(), { registry: new Registry([]) });
  const { engine, notes } = await backend.start();
  expect(tf.getBackend()).toBe(engine);
  expect(notes?.[0]).toMatch(/^backend "auto" took /);
  if (engine === "webgpu") return;
  expect(scope.navigator?.gpu).toBe(before);
  expect(tf.engine().registry).not.toHaveProperty("webgpu");
  expect(tf.engine().registryFactory).not.toHaveProperty("webgpu");
  if (before === undefined) expect(scope.GPUBufferUsage).toBeUndefined();
});
