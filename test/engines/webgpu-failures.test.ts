import * as tf from "@tensorflow/tfjs";
import { activeEngine, webgpu } from "@unequal/backends";
import { Registry, setUpPart } from "@unequal/core";
import { describe, expect, test } from "vitest";
import { requireEngine } from "./require-engine.js";

interface Engine {
  readonly device: {
    readonly createBuffer: (options: { readonly size: number; readonly usage: number }) => object;
    readonly destroy: () => void;
  };
}

const registry = new Registry([]);
const started = await requireEngine(webgpu());

// in this order: a device that has failed stays so
describe.skipIf(!started)("the device of webgpu", () => {
  test("adds up more tensors than a shader may bind", async () => {
    for (const count of [2, 7, 8, 9, 14, 20]) {
      const before = tf.memory().numTensors;
      const terms = Array.from({ length: count }, (_, at) => tf.tensor1d([at, 2 ** at]));
      const sum = tf.addN(terms);
      expect([...(await sum.data())]).toEqual([(count * (count - 1)) / 2, 2 ** count - 1]);
      tf.dispose([sum, ...terms]);
      expect(tf.memory().numTensors).toBe(before);
    }
  });

  test("reports its errors to whoever reads a tensor, instead of wrong numbers", async () => {
    const { device } = tf.backend() as unknown as Engine;
    const square = tf.square(tf.tensor1d([1, 2, 3]));
    expect([...(await square.data())]).toEqual([1, 4, 9]);
    device.createBuffer({ size: 2 ** 40, usage: 128 });
    const next = tf.square(tf.tensor1d([4]));
    await expect(next.data()).rejects.toThrow(
      expect.objectContaining({
        code: "ENGINE_FAILED",
        message: expect.stringContaining("the device reported an error") as string,
      }),
    );
  });

  test("does not start again, and says how it would", async () => {
    for (const backend of [setUpPart("backend", webgpu(), { registry }), activeEngine()])
      await expect(backend.start()).rejects.toThrow(
        expect.objectContaining({
          code: "ENGINE_FAILED",
          message: expect.stringMatching(/start a new process.*`resident: false`/) as string,
        }),
      );
  });

  test("does not hang when it is lost", async () => {
    const { device } = tf.backend() as unknown as Engine;
    device.destroy();
    const next = tf.square(tf.tensor1d([5]));
    await expect(next.data()).rejects.toThrow(expect.objectContaining({ code: "ENGINE_FAILED" }));
  });
});
