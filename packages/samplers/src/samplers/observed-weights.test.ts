import {
  always,
  createTrainer,
  defineSampler,
  drawFrom,
  proportionalLaw,
  scoreDataset,
  selectEvery,
  stateless,
  type Observation,
  type UnequalEvent,
} from "@unequal/core";
import { toyDataset, toyLearner } from "@unequal/core/testing";
import { expect, test } from "vitest";
import { plain } from "../estimators/plain.js";
import { unbiased } from "../weightings/unbiased.js";

const N = 30;
const own = Float32Array.from({ length: N }, (_, id) => 1 + (id % 3));

test("a sampler with a first stage observes losses without its weights, and whole coefficients", async () => {
  const dataset = toyDataset({ size: N, outputs: 3, weights: own });
  const learner = toyLearner({ outputs: 3, learningRate: 0.3 });
  const observed: Observation[] = [];
  const byId = defineSampler({
    name: "by-id",
    summary: "Proposes ids in proportion to id + 1.",
    facts: { proposes: true, requires: ["loss"] },
    setup: (_options, { random }) => ({
      ...stateless("by-id"),
      propose: (count) =>
        drawFrom(
          proportionalLaw(
            Float64Array.from({ length: N }, (_, id) => id + 1),
            count,
          ),
          random,
        ),
      select: selectEvery,
      observe: (observation) => void observed.push(observation),
    }),
  });
  const trainer = createTrainer({
    learner,
    dataset,
    sampler: byId(),
    weighting: unbiased(),
    estimator: plain(),
    gate: always(),
    batchSize: 6,
    presample: 18,
  });
  const selected: UnequalEvent<"batch:selected">[] = [];
  trainer.events.on("batch:selected", (event) => selected.push(event));
  for (let step = 0; step < 5; step++) {
    const losses = await scoreDataset(learner, dataset, { by: "loss" });
    await trainer.step();
    const { ids, signals, proposed, coefficients } = observed.at(-1) ?? expect.fail();
    expect(proposed).toBe(true);
    ids.forEach((id, row) => expect(signals.loss?.[row]).toBeCloseTo(losses[id] as number, 5));
    const told = selected.at(-1) ?? expect.fail();
    expect([...ids]).toEqual([...told.ids]);
    expect([...(coefficients ?? [])]).toEqual([...told.coefficients]);
    // 1/b · 1/(N p), times drawn
    const least = Math.min(
      ...Array.from(ids, (id, row) => (coefficients?.[row] as number) * (id + 1)),
    );
    expect(least).toBeCloseTo((N + 1) / 2 / 6, 5);
  }
  await trainer.dispose();
});
