import { always, createTrainer, UnequalError, type Backend } from "@unequal/core";
import { plain, proportional, unbiased, upperBound } from "@unequal/samplers";
import type { TrainingTrial } from "./engine-findings.js";
import { sampleData } from "./sample-data.js";
import { dense } from "./sample-models.js";
import { tryOut } from "./try-out.js";
import { withLearner } from "./with-learner.js";

const STEPS = 10;
/** The first steps compile and warm up. */
const UNTIMED = 2;

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Trains ten steps by importance sampling, b = 16 of B = 48: the loss of the data must fall. */
export function checkTraining(backend: Backend): Promise<TrainingTrial> {
  return tryOut("training", () =>
    withLearner(backend, dense, async (learner) => {
      const dataset = sampleData(dense, 192);
      const trainer = createTrainer({
        learner,
        dataset,
        sampler: proportional(),
        scorer: upperBound(),
        weighting: unbiased(),
        estimator: plain(),
        gate: always(),
        batchSize: 16,
        presample: 48,
      });
      try {
        const times: number[] = [];
        const { loss: lossBefore } = await learner.evaluate(dataset);
        await trainer.run({
          updates: STEPS,
          afterStep: ({ durations: { load, score, train } }) => {
            times.push(load + score + train);
          },
        });
        const { loss: lossAfter } = await learner.evaluate(dataset);
        const millisecondsPerStep = meanOf(times.slice(UNTIMED));
        if (lossAfter < lossBefore) return { lossBefore, lossAfter, millisecondsPerStep };
        throw new UnequalError(
          "UNEXPECTED",
          `Ten steps must lower the loss, but it went from ${lossBefore} to ${lossAfter}.`,
        );
      } finally {
        await trainer.dispose();
      }
    }),
  );
}
