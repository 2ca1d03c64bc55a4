import {
  always,
  createTrainer,
  defineSizer,
  EVENT_TYPES,
  stateless,
  type Learner,
  type Spec,
  type Trainer,
  type TrainerOptions,
  type UnequalEvent,
} from "@unequal/core";
import { toyDataset, toyLearner, type ToyLearnerOptions } from "@unequal/core/testing";
import { plain, proportional, unbiased, upperBound } from "@unequal/samplers";

/** Examples of the toy problem. */
export const dataset = toyDataset({ size: 200, features: 4, outputs: 3 });
type Replica = NonNullable<ToyLearnerOptions["replica"]>;

/** Makes a learner whose replica waits or fails as told. */
export function learnerWith(replica: Replica = {}) {
  return toyLearner({ features: 4, outputs: 3, learningRate: 0.3, replica });
}

/** Composes a trainer that scores in the background, unless told otherwise. */
export function start(learner: Learner, options: Partial<TrainerOptions> = {}): Trainer {
  return createTrainer({
    learner,
    dataset,
    sampler: proportional(),
    scorer: upperBound(),
    weighting: unbiased(),
    estimator: plain(),
    gate: always(),
    batchSize: 8,
    presample: 24,
    scoring: "background",
    ...options,
  });
}

/** Makes a sizer of steps of 8 rows, from as many candidates as told. */
export function sizedBy(candidates: (update: number) => number): Spec<"sizer"> {
  return defineSizer({
    name: "told",
    summary: "As told.",
    setup: () => ({
      ...stateless("told"),
      size: ({ update }) => ({ candidates: candidates(update), count: 8 }),
      figures: () => ({}),
    }),
  })();
}

/** Makes some updates. */
export async function advance(trainer: Trainer, updates: number): Promise<void> {
  for (let update = 0; update < updates; update++) await trainer.step();
}

/** Collects every event from now on. */
export function record(trainer: Trainer): UnequalEvent[] {
  const events: UnequalEvent[] = [];
  for (const type of EVENT_TYPES) trainer.events.on(type, (event) => events.push(event));
  return events;
}

/** Leaves out every time. */
export function withoutTimes(events: readonly UnequalEvent[]): unknown[] {
  const text = JSON.stringify(events, (key, value: unknown) =>
    ["seconds", "durations", "time"].includes(key)
      ? undefined
      : ArrayBuffer.isView(value)
        ? Array.from(value as Float32Array)
        : value,
  );
  return JSON.parse(text) as unknown[];
}

/** Runs a trainer to its end, and returns what it told. */
export async function run(trainer: Trainer, updates: number) {
  const events = record(trainer);
  await trainer.run({ updates });
  await trainer.dispose();
  return events;
}

/** Picks the events of one type. */
export const of = <T extends UnequalEvent["type"]>(events: readonly UnequalEvent[], type: T) =>
  events.filter((event) => event.type === type) as unknown as UnequalEvent<T>[];
/** Lists the age of the scores that each step drew by. */
export const ages = (events: readonly UnequalEvent[]) =>
  of(events, "step:end").map(({ age }) => age);
/** Waits. */
export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
