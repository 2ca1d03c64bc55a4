import * as tf from "@tensorflow/tfjs";
import { createLearner } from "@unequal/backends";
import { always, createTrainer, type Spec } from "@unequal/core";
import { plain, proportional, svrg, unbiased, upperBound } from "@unequal/samplers";
import { describe, expect, test } from "vitest";
import { noisyClasses, smallClassifier } from "./classifier.js";
import { ENGINES, startEngine } from "./start-engine.js";

async function tensorsAfter(
  estimator: Spec<"estimator">,
  updates: readonly number[],
): Promise<number[]> {
  const { x, y, dataset } = noisyClasses({ size: 1000, width: 784, classes: 10 });
  tf.dispose([x, y]);
  const trainer = createTrainer({
    learner: createLearner(smallClassifier({ width: 784, classes: 10, hidden: 32 })),
    dataset,
    batchSize: 32,
    presample: 160,
    sampler: proportional(),
    scorer: upperBound(),
    weighting: unbiased(),
    estimator,
    gate: always(),
  });
  const counts: number[] = [];
  for (const update of updates) {
    await trainer.run({ updates: update });
    counts.push(tf.memory().numTensors);
  }
  expect(trainer.importanceSteps).toBe(updates.at(-1));
  await trainer.dispose();
  return counts;
}

describe.each(ENGINES)("on %s", (engine) => {
  test(
    "500 importance steps of 784-32-10 hold as many tensors as 50",
    { timeout: 240_000 },
    async () => {
      await startEngine(engine);
      const [early, late] = await tensorsAfter(plain(), [50, 500]);
      expect(late).toBe(early);
    },
  );
});

test(
  "SVRG holds as many tensors after several snapshots as after the first",
  { timeout: 120_000 },
  async () => {
    await startEngine("wasm");
    const [early, late] = await tensorsAfter(svrg({ every: 20 }), [10, 130]);
    expect(late).toBe(early);
  },
);
