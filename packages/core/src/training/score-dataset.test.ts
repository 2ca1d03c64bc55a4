import { expect, test } from "vitest";
import type { Scorer } from "../contracts/scorer.js";
import { toyDataset } from "../testing/toy-dataset.js";
import { toyLearner } from "../testing/toy-learner.js";
import { scoreDataset } from "./score-dataset.js";

const N = 23;
const dataset = toyDataset({ size: N, outputs: 3, jitter: 1 });
const model = { features: 3, outputs: 3 };

async function signalOf(id: number, name: "loss" | "probabilities"): Promise<Float32Array> {
  const learner = toyLearner(model);
  const host = await dataset.take(Uint32Array.of(id), Uint32Array.of(0));
  const signals = await learner.compute([name], learner.upload(host));
  return signals[name] ?? expect.fail();
}

test.each([1, 7, 256])("gives the signal of every example, by id, %i at a time", async (chunk) => {
  const learner = toyLearner(model);
  const before = learner.alive();
  const losses = await scoreDataset(learner, dataset, { by: "loss", chunk });
  expect(losses).toHaveLength(N);
  for (let id = 0; id < N; id++) expect(losses[id]).toBe((await signalOf(id, "loss"))[0]);
  expect(learner.alive()).toBe(before);
});

test("shows a scorer the whole dataset as one pool, with labels, vectors and the signals of sources", async () => {
  const rank: Scorer = {
    requires: ["probabilities", "known"],
    score: ({ ids, keys, labels, signals }) => {
      expect([...ids]).toEqual(Array.from({ length: N }, (_, id) => id));
      expect([...keys]).toEqual(Array<number>(N).fill(0));
      return Float32Array.from(
        ids,
        (id) =>
          (signals.probabilities?.[3 * id + (labels?.[id] ?? NaN)] ?? NaN) +
          (signals["known"]?.[id] ?? NaN),
      );
    },
  };
  const known = {
    signals: new Map([["known", "free"]] as const),
    compute: (_: unknown, { ids }: { readonly ids: Uint32Array }) => ({
      known: Float32Array.from(ids, (id) => 10 * id),
    }),
  };
  const scores = await scoreDataset(toyLearner(model), dataset, {
    by: rank,
    signals: [known],
    chunk: 10,
  });
  for (let id = 0; id < N; id++) {
    const probabilities = await signalOf(id, "probabilities");
    expect(scores[id]).toBeCloseTo((probabilities[id % 3] as number) + 10 * id, 4);
  }
});

test.each([
  ["SIGNAL_UNAVAILABLE", "entropy", /"entropy" is needed/],
  ["SIGNAL_UNAVAILABLE", "probabilities", /there are 69 for 23/],
  [
    "SCORE_NOT_FINITE",
    {
      requires: [],
      score: ({ ids }) => Float32Array.from(ids, (id) => (id === 9 ? Infinity : 1)),
    } satisfies Scorer,
    /example 9 scored Infinity/,
  ],
])("%s", async (code, by, message) => {
  await expect(scoreDataset(toyLearner(model), dataset, { by })).rejects.toThrow(
    expect.objectContaining({ code, message: expect.stringMatching(message) as string }) as Error,
  );
});
