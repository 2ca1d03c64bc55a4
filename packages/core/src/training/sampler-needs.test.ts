import { expect, test } from "vitest";
import type { Observation, Sampler } from "../contracts/sampler.js";
import type { Behaviour, Facts } from "../plugin/facts.js";
import { defineSampler, defineSignal, defineWeighting } from "../plugin/part.js";
import { always } from "../schedulers/gates/always.js";
import { toyDataset } from "../testing/toy-dataset.js";
import { toyLearner } from "../testing/toy-learner.js";
import { createTrainer } from "./create-trainer.js";
import type { TrainerOptions } from "./trainer-options.js";
import { selectEvery } from "./draws/select-every.js";
import { stateless } from "../state/stateless.js";
import type { Trainer } from "./trainer.js";
import { toyEstimator } from "../testing/toy-estimator.js";

const N = 23;
const equal = defineWeighting({
  name: "equal",
  summary: "1 / planned.",
  setup: () => ({
    coefficients: ({ rows, planned }) => new Float64Array(rows.length).fill(1 / planned),
  }),
});

function train(
  sampler: Partial<Behaviour<"sampler">>,
  facts: Partial<Facts<"sampler">> = {},
  { arity, ...options }: Partial<TrainerOptions> & { readonly arity?: 2 | 3 } = {},
): Trainer {
  const part = defineSampler({
    name: "asking",
    summary: "Asks.",
    facts,
    setup: () => ({ ...stateless("asking"), select: selectEvery, ...sampler }),
  });
  return createTrainer({
    learner: toyLearner(),
    dataset: toyDataset({ size: N }),
    sampler: part(),
    weighting: equal(),
    estimator: toyEstimator(arity),
    gate: always(),
    batchSize: 4,
    presample: 8,
    ...options,
  });
}

test("prepare reads every example once, before the first step, and not again after a restart", async () => {
  const ids: number[] = [];
  const prepare: Sampler["prepare"] = async (examples) => {
    for await (const { ids: some, batch } of examples) {
      expect(batch.size).toBe(some.length);
      ids.push(...some);
    }
  };
  const trainer = train({ prepare });
  await trainer.run({ updates: 3 });
  expect(ids).toEqual(Array.from({ length: N }, (_, id) => id));
  const resumed = train({ prepare });
  await resumed.restore(await trainer.state());
  await resumed.run({ updates: 5 });
  expect(ids.length).toBe(N);
});

test("refresh computes the signals wanted, also paid ones, of the ids named, and tells observe", async () => {
  const seen: Observation[] = [];
  const asked = Uint32Array.from({ length: 10 }, (_, at) => 2 * at);
  const trainer = train(
    {
      refresh: ({ update }) => (update === 1 ? asked : undefined),
      observe: (observation) => void seen.push(observation),
    },
    { requires: ["gradient-norm"] },
  );
  await trainer.run({ updates: 2 });
  expect(seen.map(({ ids }) => ids.length)).toEqual([4, 8, 2, 4]);
  const refreshed = seen.filter(({ signals }) => "gradient-norm" in signals);
  expect(refreshed.flatMap(({ ids }) => [...ids])).toEqual([...asked]);
});

test("select reads the signals of the candidates that it asked for", async () => {
  let widths: number[] = [];
  const reads = ["embedding", "loss"];
  const select: Sampler["select"] = (pool) => {
    widths = reads.map((name) => pool.signals[name]?.length ?? 0);
    return selectEvery(pool);
  };
  const trainer = train({ select }, { reads });
  await trainer.run({ updates: 1 });
  expect(widths).toEqual([8, 4]);
});

test("an empty draw skips the update, and the run goes on", async () => {
  const trainer = train({
    select: (pool, count, { update }) => {
      const every = selectEvery(pool);
      if (update !== 1) return every;
      return { rows: new Int32Array(0), planned: count, population: every.population };
    },
  });
  const losses: number[] = [];
  const rows: [loaded: number, trained: number][] = [];
  trainer.events.on("step:end", (event) => rows.push([event.loaded, event.rows]));
  await trainer.run({ updates: 3, afterStep: ({ loss }) => void losses.push(loss) });
  expect(losses.map((loss) => loss > 0)).toEqual([true, false, true]);
  expect(rows).toEqual([
    [4, 4],
    // its candidates were brought onto the engine all the same
    [4, 0],
    [4, 4],
  ]);
  expect(trainer.progress).toMatchObject({ update: 3, trained: 8, done: 1 });
});

test("a sampler of triplets and an estimator of examples do not go together", () => {
  expect(() => train({}, { arity: 3 })).toThrow(
    expect.objectContaining({ code: "ESTIMATOR_UNSUPPORTED" }) as Error,
  );
  expect(() => train({}, {}, { arity: 2 })).toThrow(
    expect.objectContaining({ code: "ESTIMATOR_UNSUPPORTED" }) as Error,
  );
  expect(() => train({}, { arity: 3 }, { arity: 3 })).not.toThrow();
});

test("a paid signal that no refresh computes is refused before the first step", () => {
  expect(() => train({}, { requires: ["gradient-norm"] })).toThrow(
    expect.objectContaining({ code: "SIGNAL_UNAVAILABLE" }) as Error,
  );
});

test("observe is told what sources know of the rows trained on", async () => {
  const age = defineSignal({
    name: "age",
    summary: "The id itself.",
    facts: { signals: new Map([["age", "free"]]) },
    setup: () => ({
      compute: (_, { ids }) => ({ age: Float32Array.from(ids) }),
    }),
  });
  const seen: Observation[] = [];
  const observe = (observation: Observation): void => void seen.push(observation);
  const trainer = train({ observe }, { requires: ["age", "loss"] }, { signals: [age()] });
  await trainer.run({ updates: 2 });
  for (const { ids, signals } of seen) expect([...(signals.age ?? [])]).toEqual([...ids]);
  expect(seen.map(({ signals }) => Object.keys(signals).sort())).toEqual([
    ["age", "loss"],
    ["age", "loss"],
  ]);
});

test("a proposal is checked as a selection is", async () => {
  const beyond = {
    rows: Int32Array.of(N),
    expected: Float64Array.of(1),
    planned: 1,
    population: N,
  };
  const never = { ...beyond, rows: Int32Array.of(0), expected: Float64Array.of(0) };
  for (const proposal of [beyond, never])
    await expect(
      train({ propose: () => proposal }, { proposes: true }).run({ updates: 1 }),
    ).rejects.toThrow(expect.objectContaining({ code: "SELECTION_INVALID" }) as Error);
});

test("observe is told the classes of rows trained on and refreshed", async () => {
  const dataset = toyDataset({ size: N });
  const labels = dataset.labels?.() ?? expect.fail();
  const seen: Observation[] = [];
  const trainer = train(
    {
      refresh: () => Uint32Array.of(5, 2),
      observe: (observation) => void seen.push(observation),
    },
    { requires: ["loss"] },
  );
  await trainer.run({ updates: 2 });
  expect(seen.length).toBe(4);
  for (const { ids, labels: told } of seen)
    expect([...(told ?? [])]).toEqual(Array.from(ids, (id) => labels[id]));
});
