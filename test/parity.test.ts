import * as tf from "@tensorflow/tfjs";
import { createLearner } from "@unequal/backends";
import { createTrainer, never } from "@unequal/core";
import { plain, unbiased, uniform } from "@unequal/samplers";
import { describe, expect, test } from "vitest";
import { noisyClasses, smallClassifier } from "./classifier.js";
import { ENGINES, startEngine } from "./start-engine.js";

describe.each(ENGINES)("on %s", (engine) => {
  test("uniform training equals a hand-written trainOnBatch loop over the same rows, to 1e-5", async () => {
    await startEngine(engine);
    const { x, y, dataset } = noisyClasses();
    const trainer = createTrainer({
      learner: createLearner(smallClassifier()),
      dataset,
      batchSize: 50,
      sampler: uniform(),
      weighting: unbiased(),
      estimator: plain(),
      gate: never(),
      seed: 3,
    });
    const batches: Int32Array[] = [];
    trainer.events.on("batch:selected", ({ ids }) => batches.push(Int32Array.from(ids)));
    const ours: number[] = [];
    trainer.events.on("step:end", ({ loss }) => ours.push(loss));
    await trainer.run({ updates: 30 });
    await trainer.dispose();

    const model = smallClassifier();
    expect(batches).toHaveLength(30);
    for (const [step, ids] of batches.entries()) {
      const rows = tf.tensor1d(ids, "int32");
      const [loss] = (await model.trainOnBatch(tf.gather(x, rows), tf.gather(y, rows))) as number[];
      expect(Math.abs((ours[step] as number) - (loss as number))).toBeLessThanOrEqual(1e-5);
    }
    expect(ours.at(-1)).toBeLessThan(0.9 * (ours[0] as number));
  });
});
