import { createLearner } from "@unequal/backends";
import { always, createTrainer, type Trainer } from "@unequal/core";
import { arrays } from "@unequal/datasets";
import { plain, proportional, unbiased, upperBound } from "@unequal/samplers";
import { BATCH, drawExamples, oneHot, type Workload } from "./models.js";
import type { ModelName } from "./protocol.js";

const EXAMPLES = 16 * BATCH;

/** Composes a trainer of a model whose every step draws b of 3 b candidates by the upper bound. */
export function importanceTrainer(name: ModelName, { model }: Workload): Trainer {
  const { x, labels } = drawExamples(name, EXAMPLES);
  return createTrainer({
    learner: createLearner(model),
    dataset: arrays([x], [oneHot(name, labels)]),
    batchSize: BATCH,
    presample: 3 * BATCH,
    sampler: proportional(),
    scorer: upperBound(),
    weighting: unbiased(),
    estimator: plain(),
    gate: always(),
  });
}
