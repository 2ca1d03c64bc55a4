import * as tf from "@tensorflow/tfjs";
import { expect, vi } from "vitest";
import {
  byHand,
  column,
  expectCode,
  line,
  ours,
  quiet,
  weightOf,
  type Show,
} from "./small-models.js";

/** Streams batches of a line, and counts those that are asked for. */
function stream(batches: readonly (readonly number[])[]) {
  const counter = { asked: 0 };
  const dataset = tf.data.generator(function* () {
    for (const batch of batches) {
      counter.asked++;
      yield { xs: column(...batch), ys: column(...batch) };
    }
  });
  return { dataset, counter };
}

/** Differences of streams. */
export const shownOfStreams = {
  "stream-batches": async () => {
    const [theirs, mine] = [line(), line()];
    const of = () =>
      stream([
        [1, 2],
        [1, 3],
      ]).dataset;
    await theirs.fitDataset(of(), { ...quiet, epochs: 1 });
    await ours(mine).fitDataset(of(), { ...quiet, batchSize: 4 });
    expect(weightOf(theirs)).toBeCloseTo(await byHand([1, 2], [1, 3]), 5);
    expect(weightOf(mine)).toBeCloseTo(await byHand([1, 2, 1, 3]), 5);
  },
  "rows-of-a-stream": async () => {
    const rows = () => tf.data.array([1, 2].map((value) => ({ xs: [value], ys: [value] })));
    const mine = line();
    await expect(line().fitDataset(rows(), { ...quiet, epochs: 1 })).rejects.toThrow();
    await ours(mine).fitDataset(rows(), { ...quiet, batchSize: 2 });
    expect(weightOf(mine)).toBeCloseTo(await byHand([1, 2]), 5);
  },
  "stream-read-once": async () => {
    const [theirs, mine] = [
      stream([
        [1, 2],
        [1, 3],
      ]),
      stream([
        [1, 2],
        [1, 3],
      ]),
    ];
    await line().fitDataset(theirs.dataset, { ...quiet, epochs: 3 });
    await ours(line()).fitDataset(mine.dataset, { ...quiet, epochs: 3, batchSize: 2 });
    expect([theirs.counter.asked, mine.counter.asked]).toEqual([6, 2]);
  },
  "epochs-of-a-stream": async () => {
    const of = () => stream([[1, 2]]).dataset;
    await expect(line().fitDataset(of(), { verbose: 0 } as never)).rejects.toThrow("epochs");
    const { epoch } = await ours(line()).fitDataset(of(), { verbose: 0 });
    expect(epoch).toEqual([0]);
  },
  "stream-order": async () => {
    const of = () =>
      stream([
        [1, 2],
        [3, 4],
        [5, 6],
        [7, 8],
      ]).dataset;
    const run = async (shuffle: boolean): Promise<number[]> => {
      const drawn: number[] = [];
      const training = ours(line());
      training.on("batch:selected", ({ ids }) => void drawn.push(...ids));
      await training.fitDataset(of(), { verbose: 0, batchSize: 2, shuffle });
      return drawn;
    };
    const kept = [0, 1, 2, 3, 4, 5, 6, 7];
    expect(await run(false)).toEqual(kept);
    const shuffled = await run(true);
    expect(shuffled).not.toEqual(kept);
    expect([...shuffled].sort()).toEqual(kept);
  },
  "stream-ends-early": async () => {
    const of = () =>
      stream([
        [1, 2],
        [1, 3],
      ]).dataset;
    const options = { ...quiet, epochs: 2, batchesPerEpoch: 2, batchSize: 2 };
    const [theirs, mine] = [line(), line()];
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    await theirs.fitDataset(of(), options);
    expect(String(warn.mock.calls[0]?.[0])).toContain("ran out of data");
    warn.mockRestore();
    await ours(mine).fitDataset(of(), options);
    expect(weightOf(theirs)).toBeCloseTo(await byHand([1, 2], [1, 3]), 5);
    expect(weightOf(mine)).toBeCloseTo(await byHand([1, 2], [1, 3], [1, 2], [1, 3]), 5);
  },
  "stream-without-end": async () => {
    const endless = () =>
      tf.data
        .array([{ xs: [1], ys: [1] }])
        .batch(1)
        .repeat();
    const model = line();
    let batches = 0;
    const onBatchEnd = () => void (model.stopTraining = ++batches === 20);
    await model.fitDataset(endless(), { ...quiet, epochs: 1, callbacks: { onBatchEnd } });
    expect(batches).toBe(20);
    await expectCode(ours(line()).fitDataset(endless(), quiet), "DATASET_TOO_LARGE");
  },
} as const satisfies Readonly<Record<string, Show>>;
