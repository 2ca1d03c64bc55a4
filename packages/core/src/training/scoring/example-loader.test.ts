import { describe, expect, test } from "vitest";
import type { Dataset } from "../../contracts/dataset.js";
import type { Learner } from "../../contracts/learner.js";
import { toyDataset } from "../../testing/toy-dataset.js";
import { toyLearner } from "../../testing/toy-learner.js";
import { exampleLoader, type Resident } from "./inline-scoring.js";

/** Bytes of one toy example: three inputs and two targets. */
const BYTES = 20;

function watched(options: Parameters<typeof toyDataset>[0] = {}) {
  const inner = toyDataset(options);
  const takes: number[] = [];
  const dataset: Dataset = {
    ...inner,
    take: (ids, keys) => {
      takes.push(ids.length);
      return inner.take(ids, keys);
    },
  };
  return { dataset, takes };
}

function withRoom(residentBytes: number): Learner & { readonly alive: () => number } {
  const learner = toyLearner();
  return { ...learner, facts: { ...learner.facts, residentBytes } };
}

const IDS = Uint32Array.of(9, 3, 3);
const KEYS = Uint32Array.of(0, 5, 1);

async function losses(learner: Learner, dataset: Dataset, option: Resident): Promise<number[]> {
  const loader = exampleLoader({ dataset, learner }, option);
  const { batch, weights } = await loader.load(IDS, KEYS, Float32Array.of(1, 2, 0.5));
  const { loss = [] } = await learner.compute(["loss"], batch);
  batch.dispose();
  await loader.dispose();
  return [...loss, ...weights];
}

describe("a loader of examples", () => {
  test("gives the same examples and weights, whether they live on the engine or not", async () => {
    const weights = Float32Array.from({ length: 64 }, (_, id) => id / 10);
    const { dataset } = watched({ weights });
    const learner = withRoom(64 * BYTES);
    const streamed = await losses(learner, dataset, false);
    expect(await losses(learner, dataset, true)).toEqual(streamed);
    expect(await losses(learner, dataset, "auto")).toEqual(streamed);
    expect(learner.alive()).toBe(0);
  });

  test("takes a resident dataset once, and frees it at the end", async () => {
    const { dataset, takes } = watched();
    const learner = withRoom(0);
    const loader = exampleLoader({ dataset, learner }, true);
    for (let round = 0; round < 3; round++) (await loader.load(IDS, KEYS)).batch.dispose();
    expect(takes).toEqual([1, 1, 64]);
    expect(learner.alive()).toBe(1);
    await loader.dispose();
    expect(learner.alive()).toBe(0);
  });

  test.each([
    ["it fits", 64 * BYTES, {}, [1, 1, 1, 64]],
    ["it does not fit", 64 * BYTES - 1, {}, [1, 3, 3]],
    ["the engine has no memory of its own", 0, {}, [1, 3, 3]],
    ["its examples are augmented", 64 * BYTES, { jitter: 0.1 }, [3, 3]],
  ])("decides by itself: %s", async (_, room, options, wanted) => {
    const { dataset, takes } = watched(options);
    const loader = exampleLoader({ dataset, learner: withRoom(room) }, "auto");
    for (let round = 0; round < 2; round++) (await loader.load(IDS, KEYS)).batch.dispose();
    await loader.dispose();
    expect(takes).toEqual(wanted);
  });

  test("uploads once, however many ask at a time", async () => {
    const { dataset } = watched();
    const learner = withRoom(0);
    const loader = exampleLoader({ dataset, learner }, true);
    const loads = await Promise.all([loader.load(IDS, KEYS), loader.load(IDS, KEYS)]);
    for (const { batch } of loads) batch.dispose();
    expect(learner.alive()).toBe(1);
    await loader.dispose();
    expect(learner.alive()).toBe(0);
  });

  test("finds out a dataset that says to be fixed, and is not", async () => {
    const { dataset } = watched({ jitter: 0.1 });
    const loader = exampleLoader(
      { dataset: { ...dataset, fixed: true }, learner: withRoom(0) },
      true,
    );
    await expect(loader.load(IDS, KEYS)).rejects.toThrow(
      expect.objectContaining({ code: "DATASET_INVALID" }),
    );
    await loader.dispose();
  });

  test("refuses to keep examples that depend on their keys", () => {
    const { dataset } = watched({ jitter: 0.1 });
    expect(() => exampleLoader({ dataset, learner: withRoom(0) }, true)).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID" }),
    );
  });
});
