import * as tf from "@tensorflow/tfjs";
import { autoEngine, defineEngine } from "@unequal/backends";
import { definePlugin, Registry, setUpPart } from "@unequal/core";
import { expect, test } from "vitest";
import { engineModels, disposeModel } from "./engine-models.js";

/** Plain JavaScript, which passes for a GPU under another name. */
const other = defineEngine({
  name: "other",
  summary: "An engine of a plugin.",
  engine: { auto: { gpu: 0 }, asynchronous: true, residentBytes: 1000, replica: "cpu" },
  start: async () => {
    await tf.setBackend("cpu");
    const cpu = tf.backend();
    if (tf.engine().registryFactory["other"] === undefined) {
      tf.copyRegisteredKernels("cpu", "other");
      tf.registerBackend("other", () => cpu);
    }
    await tf.setBackend("other");
    return { engine: "other", device: "test", hardware: "gpu", largestTensor: 600 };
  },
});

test("auto takes the engine of a plugin by its place, and learners and replicas go by what it says", async () => {
  const plugin = definePlugin({ name: "theirs", apiVersion: 1, parts: [other] });
  const registry = new Registry([plugin]);
  const backend = setUpPart("backend", autoEngine(), { registry });
  const { engine, notes } = await backend.start();
  expect(engine).toBe("other");
  expect(notes?.[0]).toBe('backend "auto" took other on test (the first choice).');
  const { build, dataset } = engineModels["a perceptron"];
  const model = build();
  const learner = backend.learner(model);
  expect(learner.facts).toMatchObject({ asynchronous: true, residentBytes: 600 });
  const replica = await learner.replicate?.(dataset);
  expect(replica).toBeDefined();
  await replica?.dispose();
  disposeModel(model);
});
