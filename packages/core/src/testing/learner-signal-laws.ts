import { everyId } from "../arrays/every-row.js";
import { expect } from "vitest";
import type { Columns, HostArray } from "../contracts/arrays.js";
import { expectClose } from "./close.js";
import type { Law } from "./law.js";
import { ROWS, UNEVEN, savedState, withLearner, type LearnerSubject } from "./learner-run.js";

function widened(columns: Columns): Columns {
  const widen = ({ shape, dtype }: HostArray): HostArray => {
    const last = shape.length > 1 ? (shape.at(-1) as number) + 1 : 2;
    const wider = shape.length > 1 ? [...shape.slice(0, -1), last] : [...shape, last];
    return { shape: wider, dtype, data: new Float32Array(wider.reduce((a, b) => a * b, 1)) };
  };
  if (Array.isArray(columns)) return (columns as readonly HostArray[]).map(widen);
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, widen(column)]));
}

const lengths: Law<LearnerSubject> = {
  name: "computes every signal that it offers: finite, with as many numbers for each row",
  check: (make) =>
    withLearner(make, async ({ learner, batch }) => {
      expect(learner.signals.get("loss")).toBe("free");
      const names = [...learner.signals.keys()];
      const signals = await learner.compute(names, batch);
      expect(Object.keys(signals).sort()).toEqual([...names].sort());
      for (const [name, values] of Object.entries(signals)) {
        const width = values.length / ROWS;
        const scalar = ["loss", "upper-bound", "gradient-norm"].includes(name);
        expect(scalar ? width === 1 : Number.isInteger(width) && width > 0, name).toBe(true);
        expect(values.every(Number.isFinite), name).toBe(true);
      }
    }),
};

const repeatable: Law<LearnerSubject> = {
  name: "computes signals in inference mode: the same every time, and nothing changes",
  check: (make) =>
    withLearner(make, async ({ learner, batch }) => {
      const names = [...learner.signals.keys()];
      const before = await savedState(learner);
      const first = await learner.compute(names, batch);
      expect(await learner.compute(names, batch)).toEqual(first);
      expect(await learner.state()).toEqual(before);
    }),
};

const chunks: Law<LearnerSubject> = {
  name: "computes the same signals in chunks",
  check: (make) =>
    withLearner(make, async ({ learner, batch }) => {
      const names = [...learner.signals.keys()];
      const whole = await learner.compute(names, batch);
      const parts = await learner.compute(names, batch, { chunk: 4 });
      for (const name of names) expectClose([parts[name] ?? []], [whole[name] ?? []]);
    }),
};

const results: Law<LearnerSubject> = {
  name: "returns from a step Σ coefficient · loss, and the signals asked for, always with the loss",
  check: (make) =>
    withLearner(make, async ({ learner, batch }) => {
      const free = [...learner.signals].filter(([, price]) => price === "free");
      const signals = free.map(([name]) => name);
      const rows = Int32Array.of(4, 1, 2);
      const coefficients = Float32Array.from(UNEVEN.slice(0, 3));
      for (const names of [signals, []]) {
        const result = await learner.step(
          { batch, rows, coefficients },
          { noise: 3, signals: names },
        );
        const losses = result.signals.loss ?? expect.fail("a step must return the loss");
        for (const name of names) expect(result.signals[name], name).toBeInstanceOf(Float32Array);
        expect(losses.length).toBe(3);
        const sum = coefficients.reduce((total, c, at) => total + c * (losses[at] as number), 0);
        expectClose([[result.loss]], [[sum]]);
      }
    }),
};

const evaluation: Law<LearnerSubject> = {
  name: "evaluates the mean loss over a dataset, whatever the batch size, changing nothing",
  check: (make) =>
    withLearner(make, async ({ learner, dataset }) => {
      const before = await savedState(learner);
      const ids = everyId(dataset.size);
      const batch = learner.upload(await dataset.take(ids, new Uint32Array(dataset.size)));
      const { loss = expect.fail() } = await learner.compute(["loss"], batch);
      batch.dispose();
      const mean = loss.reduce((sum, value) => sum + value, 0) / dataset.size;
      for (const options of [{}, { batchSize: 3 }]) {
        const evaluated = await learner.evaluate(dataset, options);
        expectClose([[evaluated.loss]], [[mean]]);
        expect(Object.values(evaluated.metrics).every(Number.isFinite)).toBe(true);
      }
      expect(await learner.state()).toEqual(before);
    }),
};

const weights: Law<LearnerSubject> = {
  name: "counts an example's weight into its loss, as often as it says",
  check: (make) =>
    withLearner(make, async ({ learner, host, batch }) => {
      const own = host.weights ?? new Float32Array(ROWS).fill(1);
      const factors = Float32Array.from(own, (weight, row) => weight * (row % 3));
      const weighted = learner.upload({ ...host, weights: factors });
      const scalar = ["loss", "upper-bound", "gradient-norm"].filter((s) => learner.signals.has(s));
      const plain = await learner.compute(scalar, batch);
      const signals = await learner.compute(scalar, weighted);
      weighted.dispose();
      for (const name of scalar) {
        const wanted = Float32Array.from(plain[name] ?? [], (value, row) => value * (row % 3));
        expectClose([signals[name] ?? []], [wanted]);
      }
    }),
};

const shapes: Law<LearnerSubject> = {
  name: "refuses examples of another shape, and explains signals that it lacks",
  check: (make) =>
    withLearner(make, async ({ learner, host }) => {
      const refused = expect.objectContaining({ code: "SHAPE_MISMATCH" }) as Error;
      const wider = { inputs: widened(host.inputs), targets: widened(host.targets) };
      expect(() => learner.upload({ ...host, ...wider })).toThrow(refused);
      expect(() => learner.upload({ ...host, targets: wider.targets })).toThrow(refused);
      expect(learner.explainMissing("no-such-signal").length).toBeGreaterThan(0);
    }),
};

const picking: Law<LearnerSubject> = {
  name: "picks rows of a batch into a new one, with weights of its own, which outlives the first",
  check: (make) =>
    withLearner(make, async ({ learner, host }) => {
      const first = learner.upload({ ...host, weights: new Float32Array(ROWS).fill(1) });
      const { loss: all = new Float32Array() } = await learner.compute(["loss"], first);
      const rows = [4, 1, 1, 5];
      const weights = Float32Array.of(1, 2, 0.5, 0);
      const picked = learner.pick(first, Int32Array.from(rows), weights);
      first.dispose();
      expect(picked.size).toBe(rows.length);
      const { loss = new Float32Array() } = await learner.compute(["loss"], picked);
      picked.dispose();
      const wanted = rows.map((row, at) => (all[row] as number) * (weights[at] as number));
      expectClose([loss], [wanted]);
    }),
};

/** What must be true of how a learner computes signals and losses. */
export const learnerSignalLaws: readonly Law<LearnerSubject>[] = [
  lengths,
  repeatable,
  chunks,
  results,
  evaluation,
  weights,
  picking,
  shapes,
];
