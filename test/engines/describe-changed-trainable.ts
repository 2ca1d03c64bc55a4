import * as tf from "@tensorflow/tfjs";
import { always, createTrainer, Registry, setUpPart, type Part } from "@unequal/core";
import { plain, unbiased, uniform } from "@unequal/samplers";
import { expect, test } from "vitest";
import { disposeModel, engineModels } from "./engine-models.js";

async function train(part: Part<"backend">, model: tf.LayersModel): Promise<void> {
  const backend = setUpPart("backend", part, { registry: new Registry([]) });
  await backend.start();
  const learner = backend.learner(model);
  const trainer = createTrainer({
    learner,
    dataset: engineModels["a perceptron"].dataset,
    batchSize: 4,
    sampler: uniform(),
    weighting: unbiased(),
    estimator: plain(),
    gate: always(),
    seed: 5,
  });
  const warnings: string[] = [];
  trainer.events.on("warning", ({ message }) => warnings.push(message));
  await trainer.run({ updates: 2 });
  expect(warnings.some((message) => message.includes("`trainable`"))).toBe(
    model.layers[0]?.trainable === true,
  );
  await trainer.dispose();
  learner.dispose?.();
  await backend.stop?.();
}

/** Holds an engine to train what a model was compiled with, after a layer was thawed between two runs. */
export function describeChangedTrainable(part: Part<"backend">): void {
  test("a layer that is thawed between two runs stays as it was until the model is compiled again", async () => {
    const model = engineModels["a perceptron"].build();
    const [first, last] = [model.layers[0], model.layers.at(-1)] as [
      tf.layers.Layer,
      tf.layers.Layer,
    ];
    first.trainable = false;
    model.compile({ optimizer: tf.train.adam(0.05), loss: "categoricalCrossentropy" });
    const numbersOf = async ({ weights }: tf.layers.Layer): Promise<number[]> => [
      ...((await weights[0]?.read().data()) ?? []),
    ];
    const before = [await numbersOf(first), await numbersOf(last)];
    await train(part, model);
    const between = await numbersOf(last);
    first.trainable = true;
    await train(part, model);
    expect(await numbersOf(first)).toEqual(before[0]);
    expect(between).not.toEqual(before[1]);
    expect(await numbersOf(last)).not.toEqual(between);
    disposeModel(model);
  });
}
