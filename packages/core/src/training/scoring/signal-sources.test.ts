import { expect, test } from "vitest";
import type { SignalSource } from "../../contracts/signal-source.js";
import type { Signals } from "../../contracts/signals.js";
import { defineSampler, defineScorer, defineSignal, defineWeighting } from "../../plugin/part.js";
import { always } from "../../schedulers/gates/always.js";
import { never } from "../../schedulers/gates/never.js";
import { toyDataset } from "../../testing/toy-dataset.js";
import { toyLearner, type ToyLearner } from "../../testing/toy-learner.js";
import { createTrainer } from "../create-trainer.js";
import type { TrainerOptions } from "../trainer-options.js";
import { stateless } from "../../state/stateless.js";
import type { Trainer } from "../trainer.js";
import { toyEstimator } from "../../testing/toy-estimator.js";

const N = 40;

/** Offers 100 + id, or whatever else, under a name. */
const offering = (
  name: string,
  { signals = new Map([[name, "free"]]), ...wrong }: Partial<SignalSource> = {},
) =>
  defineSignal({
    name: "offering",
    summary: "100 + id.",
    facts: { signals },
    setup: () => ({
      compute: (_, { ids }) => ({ [name]: Float32Array.from(ids, (id) => 100 + id) }),
      ...wrong,
    }),
  })();

const first = defineSampler({
  name: "first",
  summary: "Takes the first rows, by a law that it states.",
  facts: { scored: true },
  setup: () => ({
    ...stateless("first"),
    law: ({ ids }, count) => ({
      expected: new Float64Array(ids.length).fill(count / ids.length),
      variance: (expected) => expected,
    }),
    select: ({ ids }, count) => ({
      rows: Int32Array.from({ length: count }, (_, row) => row),
      planned: count,
      population: ids.length,
    }),
  }),
});
const equal = defineWeighting({
  name: "equal",
  summary: "1 / planned.",
  setup: () => ({
    coefficients: ({ rows, planned }) => new Float64Array(rows.length).fill(1 / planned),
  }),
});

/** What a scorer saw, step by step. */
interface Seen {
  readonly ids: Uint32Array;
  readonly signals: Signals;
}

function start(options: Partial<TrainerOptions>): {
  readonly trainer: Trainer;
  readonly learner: ToyLearner;
  readonly seen: Seen[];
} {
  const seen: Seen[] = [];
  const scorer = defineScorer({
    name: "both",
    summary: "Looks at both kinds of signals.",
    facts: { requires: ["loss", "known"] },
    setup: () => ({
      score: ({ ids, signals }) => {
        seen.push({ ids, signals });
        return new Float32Array(ids.length).fill(1);
      },
    }),
  });
  const learner = toyLearner();
  const trainer = createTrainer({
    learner,
    dataset: toyDataset({ size: N }),
    sampler: first(),
    scorer: scorer(),
    signals: [offering("known")],
    weighting: equal(),
    estimator: toyEstimator(),
    gate: always(),
    batchSize: 4,
    presample: 8,
    ...options,
  });
  return { trainer, learner, seen };
}

test.each([
  ["importance", always(), 8],
  ["uniform", never(), 4],
])("a scorer sees the signals of the model and of sources on %s steps", async (_, gate, rows) => {
  const { trainer, seen } = start({ gate });
  await trainer.run({ updates: 3 });
  expect(seen).toHaveLength(3);
  for (const { ids, signals } of seen) {
    expect(signals.loss).toHaveLength(rows);
    expect(signals["known"]).toEqual(Float32Array.from(ids, (id) => 100 + id));
  }
});

test("a paid signal of a source is probed as rarely as the model's", async () => {
  const paid = offering("known", { signals: new Map([["known", "paid"]]) });
  const { trainer, seen } = start({ gate: never(), signals: [paid], probeEvery: 4 });
  await trainer.run({ updates: 9 });
  expect(seen).toHaveLength(3);
});

test("a source that fails leaves nothing on the engine", async () => {
  const compute: SignalSource["compute"] = () => Promise.reject(new Error("out of reach"));
  const { trainer, learner } = start({ signals: [offering("known", { compute })] });
  const before = learner.alive();
  await expect(trainer.step()).rejects.toThrow("out of reach");
  expect(learner.alive()).toBe(before);
});

test("a source learns the facts of the dataset before the first step", () => {
  const sizes: number[] = [];
  start({ signals: [offering("known", { bind: ({ size }) => void sizes.push(size) })] });
  expect(sizes).toEqual([N]);
});

test.each<[string, Partial<TrainerOptions>, RegExp]>([
  ["SIGNAL_UNAVAILABLE", { signals: [] }, /"known" is needed, but only loss,.*"by-id"/],
  ["SIGNAL_UNAVAILABLE", { signals: [offering("unknown")] }, /"known" is needed/],
  [
    "OPTION_INVALID",
    { signals: [offering("known"), offering("loss")] },
    /"loss" is offered by a source/,
  ],
  ["OPTION_INVALID", { signals: [offering("known"), offering("known")] }, /"known" is offered/],
])("%s: %o", (code, options, message) => {
  expect(() => start(options)).toThrow(
    expect.objectContaining({
      code,
      message: expect.stringMatching(message) as string,
    }) as Error,
  );
});
