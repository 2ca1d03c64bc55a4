import { always, createRandom, createTrainer, TOKENS, wrap, type Provision } from "@unequal/core";
import { toyLearner } from "@unequal/core/testing";
import { plain, proportional, unbiased, upperBound } from "@unequal/samplers";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openFileDataset } from "../examples/file-order/file-dataset.mjs";
import { idsInBlocks, orderOfPasses } from "../examples/file-order/order-of-passes.mjs";

const [SIZE, FEATURES, BLOCK, KEPT] = [230, 3, 10, 4];

/** Blocks of ten in random order, four of them mixed. */
function blockwise() {
  const random = createRandom("order");
  return orderOfPasses(SIZE, (pass) =>
    idsInBlocks({
      ...{ size: SIZE, block: BLOCK, together: KEPT },
      random: random.fork(`pass ${pass}`),
    }),
  );
}

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "unequal-file-order-"));
  file = path.join(folder, "rows.f32");
  const random = createRandom("rows");
  const rows = Array.from({ length: SIZE }, (_, id) => [id % 2, id, random.uniform(), 1]);
  await writeFile(file, Float32Array.from(rows.flat()));
});
afterAll(() => rm(folder, { recursive: true }));

const shape = { size: SIZE, features: FEATURES, classes: 2, block: BLOCK, kept: KEPT };

function trainerOf(dataset: Parameters<typeof createTrainer>[0]["dataset"], provide: Provision[]) {
  return createTrainer({
    learner: toyLearner({ features: FEATURES, learningRate: 1e-4 }),
    ...{ dataset, provide, batchSize: 8, presample: 20 },
    sampler: proportional(),
    scorer: upperBound(),
    weighting: unbiased(),
    estimator: plain(),
    gate: always(),
  });
}

const inBlocks = wrap(TOKENS.order, blockwise);

test("a file gives each example as it was written", async () => {
  const dataset = await openFileDataset(file, shape);
  const ids = Uint32Array.of(229, 0, 11, 229);
  const { inputs, targets } = await dataset.take(ids, ids);
  const [x, y] = [Object.values(inputs)[0], Object.values(targets)[0]];
  expect([0, 1, 2, 3].map((row) => x?.data[row * FEATURES])).toEqual([229, 0, 11, 229]);
  expect([...(y?.data ?? [])]).toEqual([0, 1, 1, 0, 0, 1, 0, 1]);
  expect(dataset.reads()).toBe(3);
  await dataset.close();
});

test("an order by blocks deals every example once in each pass, of few blocks at a time", () => {
  const order = blockwise();
  const passes = [0, 1].map(() => order.next(SIZE).ids);
  for (const ids of passes) {
    expect([...ids].sort((a, b) => a - b)).toEqual([...Array(SIZE).keys()]);
    for (let at = 0; at < SIZE; at += BLOCK * KEPT) {
      const blocks = new Set([...ids.slice(at, at + BLOCK * KEPT)].map((id) => ~~(id / BLOCK)));
      expect(blocks.size).toBeLessThanOrEqual(KEPT + 1);
    }
  }
  expect(passes[0]).not.toEqual(passes[1]);
  expect(order.passes()).toBe(2);
});

test("what is looked into ahead is dealt, in a run that is taken up too", () => {
  const [order, again] = [blockwise(), blockwise()];
  order.next(200);
  const shown = order.peek(60, 10);
  again.restore(order.state());
  expect(order.next(70).ids.slice(10)).toEqual(shown.ids);
  expect(again.next(70).ids.slice(10)).toEqual(shown.ids);
  expect([...shown.keys].slice(18, 22)).toEqual([0, 0, 1, 1]);
});

test("a run by blocks reads each about once a pass, and one that is taken up is the same", async () => {
  const dataset = await openFileDataset(file, shape);
  const [shuffled, ordered, again] = [[], [inBlocks], [inBlocks]].map((provide) =>
    trainerOf(dataset, provide),
  ) as [ReturnType<typeof trainerOf>, ReturnType<typeof trainerOf>, ReturnType<typeof trainerOf>];
  const readsOf = async (trainer: typeof shuffled) => {
    const before = dataset.reads();
    // 23 pools of 20 are two passes
    await trainer.run({ updates: 23 });
    expect(trainer.progress.pass).toBe(2);
    return dataset.reads() - before;
  };
  const [usual, fewer] = [await readsOf(shuffled), await readsOf(ordered)];
  const blocks = Math.ceil(SIZE / BLOCK);
  expect(fewer).toBeLessThan(2 * blocks * 2);
  expect(usual).toBeGreaterThan(4 * fewer);
  await again.restore(await ordered.state());
  const [next, same] = [await ordered.step(), await again.step()];
  expect(same.loss).toBe(next.loss);
  for (const trainer of [shuffled, ordered, again]) await trainer.dispose();
  await dataset.close();
});
