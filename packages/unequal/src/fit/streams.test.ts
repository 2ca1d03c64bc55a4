import * as tf from "@tensorflow/tfjs";
import { cpu, wasm } from "@unequal/backends";
import { setUpPart } from "@unequal/core";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { expectClose, quiet, uniform } from "../../testing/fit-fixtures.js";
import { ImportanceTraining } from "../importance-training.js";
import type { FitDatasetOptions, RowStream } from "./fit-options.js";

const ordered = { ...quiet, shuffle: false } as const;
const SIZE = 24;

const at = <T>(make: (row: number) => T): T[] =>
  Array.from({ length: SIZE }, (_, row) => make(row));
const wave = (row: number, place: number): number => Math.sin(1 + row * 3.7 + place * 1.3);
/** [3] of each row, and [4, 2]. */
const flats = at((row) => [0, 1, 2].map((place) => wave(row, place)));
const series = at((row) => [0, 1, 2, 3].map((step) => [wave(row, step), wave(row, step + 9)]));
const ys = at((row) => [0, 1, 2].map((label) => Number(label === row % 3)));

function layer(units: number, seed: number): { units: number; kernelInitializer: never } {
  return { units, kernelInitializer: tf.initializers.glorotUniform({ seed }) as never };
}

/** A model of inputs of rank 2 and 3, in this order. */
function twoInputs(): tf.LayersModel {
  const flat = tf.input({ shape: [3], name: "flat" });
  const steps = tf.input({ shape: [4, 2], name: "steps" });
  const pooled = tf.layers.flatten().apply(steps) as tf.SymbolicTensor;
  const joined = tf.layers.concatenate().apply([flat, pooled]) as tf.SymbolicTensor;
  const outputs = tf.layers
    .dense({ ...layer(3, 2), activation: "softmax" })
    .apply(joined) as tf.SymbolicTensor;
  const model = tf.model({ inputs: [flat, steps], outputs });
  const optimizer = tf.train.sgd(0.2);
  model.compile({ optimizer, loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  return model;
}

function sequences(): tf.Sequential {
  const model = tf.sequential();
  model.add(tf.layers.flatten({ inputShape: [4, 2] }));
  model.add(tf.layers.dense({ ...layer(3, 5), activation: "softmax" }));
  model.compile({ optimizer: tf.train.sgd(0.2), loss: "categoricalCrossentropy" });
  return model;
}

function numbers(): tf.Sequential {
  const model = tf.sequential({ layers: [tf.layers.dense({ ...layer(1, 3), inputShape: [1] })] });
  model.compile({ optimizer: tf.train.sgd(0.1), loss: "meanSquaredError" });
  return model;
}

type Make = () => tf.LayersModel;
type Stream = tf.data.Dataset<tf.TensorContainer>;

async function ours(make: Make, stream: unknown, options: FitDatasetOptions) {
  const training = new ImportanceTraining(make(), uniform);
  return (await training.fitDataset(stream as RowStream, { ...ordered, ...options })).history;
}

async function expectLikeTfjs(make: Make, stream: () => Stream, options = {}): Promise<void> {
  const asked = { epochs: 2, ...options };
  const theirs = await make().fitDataset(stream(), { ...quiet, ...asked });
  expectClose(await ours(make, stream(), asked), theirs.history);
}

const inputs = (): Record<string, Stream> => ({
  flat: tf.data.array(flats),
  steps: tf.data.array(series),
});

describe.each([
  ["cpu", cpu],
  ["wasm", wasm],
])("as model.fitDataset, on %s, to 1e-5", (_, engine) => {
  beforeAll(async () => {
    await setUpPart("backend", engine()).start();
  });

  test("batches whose xs are a list of tensors", async () => {
    const named = (): Stream => tf.data.zip({ xs: inputs(), ys: tf.data.array(ys) }).batch(6);
    const listed = (): Stream =>
      named().map((element) => {
        const { xs, ys: targets } = element as { xs: tf.NamedTensorMap; ys: tf.Tensor };
        return { xs: [xs.flat, xs.steps], ys: targets } as never;
      });
    await expectLikeTfjs(twoInputs, listed);
  });

  test("named inputs of different rank, in another order than the model's, and more than it has", async () => {
    const { flat, steps } = inputs();
    const xs = { steps, other: tf.data.array(at((row) => row)), flat };
    await expectLikeTfjs(twoInputs, () =>
      tf.data.zip({ xs, ys: tf.data.array(ys) } as never).batch(6),
    );
  });

  test("an endless stream, of which all epochs take batchesPerEpoch batches", async () => {
    const stream = (): Stream =>
      tf.data.zip({ xs: tf.data.array(series as never), ys: tf.data.array(ys) }).batch(6);
    await expectLikeTfjs(sequences, () => stream().repeat(), { batchesPerEpoch: 3 });
    await expectLikeTfjs(sequences, stream, { batchesPerEpoch: 2, initialEpoch: 1, epochs: 2 });
  });

  test("validationBatches of a stream", async () => {
    const stream = (): Stream =>
      tf.data.zip({ xs: tf.data.array(series as never), ys: tf.data.array(ys) }).batch(4);
    const options = { validationBatches: 2 };
    const theirs = await sequences().fitDataset(stream(), {
      ...{ ...quiet, epochs: 2, ...options, validationData: stream() },
    });
    const validationData = stream().repeat() as never;
    const found = await ours(sequences, stream(), { ...options, epochs: 2, validationData });
    expectClose(found, theirs.history);
  });
});

describe("whatever the form of its elements", () => {
  const rowsOf = (element: (row: number) => unknown): unknown[] => at(element);
  const expected = async (): Promise<Record<string, number[]>> => {
    const x = [tf.tensor2d(flats), tf.tensor3d(series)];
    const model = new ImportanceTraining(twoInputs(), uniform);
    return (await model.fit(x, tf.tensor2d(ys), { ...ordered, batchSize: 6 })).history;
  };

  test.each<[string, (row: number) => unknown]>([
    ["rows by name, the sequence first", (row) => ({ steps: series[row], flat: flats[row] })],
    ["rows as a list", (row) => [flats[row], series[row]]],
    ["rows as a list of typed arrays", (row) => [Float32Array.from(flats[row] ?? []), series[row]]],
    [
      "rows as a list of tensors",
      (row) => [tf.tensor1d(flats[row] ?? []), tf.tensor2d(series[row] ?? [])],
    ],
  ])("%s", async (_, xs) => {
    const stream = rowsOf((row) => ({ xs: xs(row), ys: ys[row] }));
    expectClose(await ours(twoInputs, stream, { batchSize: 6 }), await expected());
    const pairs = rowsOf((row) => [xs(row), ys[row]]);
    expectClose(await ours(twoInputs, pairs, { batchSize: 6 }), await expected());
  });

  test("unbatched rows of a tf.data.Dataset whose first column is a sequence", async () => {
    const { flat, steps } = inputs();
    const stream = tf.data.zip({ xs: { steps, flat }, ys: tf.data.array(ys) } as never);
    expectClose(await ours(twoInputs, stream, { batchSize: 6 }), await expected());
  });

  test("batches without the last axis of one, and a last one of a single row", async () => {
    const x = at((row) => wave(row, 0)).slice(0, 9);
    const batch = (from: number): unknown => {
      const part = tf.tensor1d(x.slice(from, from + 4));
      return { xs: part, ys: tf.mul(part, 2) };
    };
    const found = await ours(numbers, [batch(0), batch(4), batch(8)], { epochs: 1 });
    const all = tf.tensor2d(x, [9, 1]);
    const training = new ImportanceTraining(numbers(), uniform);
    const options = { ...ordered, batchSize: 4 };
    expectClose(found, (await training.fit(all, tf.mul(all, 2), options)).history);
  });
});

describe("reads no further than its budget", () => {
  function counted(element: (row: number) => unknown): {
    reads: number;
    closed: boolean;
    rows: Generator;
  } {
    const state = { reads: 0, closed: false, rows: undefined as unknown as Generator };
    state.rows = (function* () {
      try {
        for (;;) yield element(state.reads++ % SIZE);
      } finally {
        state.closed = true;
      }
    })();
    return state;
  }
  const batch = (row: number): unknown => ({ xs: [[row], [1]], ys: [[1], [2]] });

  test.each<[string, FitDatasetOptions, number]>([
    ["batchesPerEpoch × epochs batches", { batchesPerEpoch: 3, epochs: 2 }, 6],
    ["those of the epochs that are left", { batchesPerEpoch: 3, epochs: 4, initialEpoch: 3 }, 3],
    ["one, where there is no epoch", { batchesPerEpoch: 3, epochs: 0 }, 1],
  ])("%s", async (_, options, reads) => {
    const source = counted(batch);
    const history = await ours(numbers, source.rows, options);
    expect(source).toMatchObject({ reads, closed: true });
    const epochs = Math.max(0, (options.epochs ?? 1) - (options.initialEpoch ?? 0));
    expect(history.loss ?? []).toHaveLength(epochs);
  });

  test("of rows as many as those batches hold", async () => {
    const source = counted((row) => [[row], [2 * row]]);
    await ours(numbers, source.rows, { batchesPerEpoch: 3, epochs: 2, batchSize: 5 });
    expect(source.reads).toBe(30);
  });

  test("and of a validation stream its first batches", async () => {
    const validation = counted(batch);
    const data = [[1], [2], [3]].map((x) => [x, x]);
    const options = { validationData: validation.rows, validationBatches: 2 };
    const { val_loss: loss } = await ours(numbers, data, options);
    expect(validation.reads).toBe(2);
    expect(loss).toHaveLength(1);
  });
});

describe("updates are of the stream's own batches", () => {
  const params = async (options: object, size?: number): Promise<unknown> => {
    const rows = tf.data.zip({
      xs: tf.data.array(series as never),
      ys: tf.data.array(ys),
    });
    const training = new ImportanceTraining(sequences(), uniform);
    const stream = (size === undefined ? rows : rows.batch(size)) as never;
    return (await training.fitDataset(stream, { ...ordered, ...options })).params;
  };

  test("unless batchSize says otherwise", async () => {
    expect(await params({}, 8)).toMatchObject({ batchSize: 8, steps: 3 });
    expect(await params({ batchSize: 6 }, 8)).toMatchObject({ batchSize: 6, steps: 4 });
    expect(await params({})).toMatchObject({ batchSize: SIZE, steps: 1 });
  });
});

describe("weights of examples in the stream", () => {
  const weights = at((row) => [2, 1, 0.5][row % 3] as number);
  const classWeight = { 0: 2, 1: 1, 2: 0.5 };
  const stream = (): Stream =>
    tf.data.zip({ xs: tf.data.array(series as never), ys: tf.data.array(ys) }).batch(6);
  const zipped = () =>
    tf.data.zip({
      xs: tf.data.array(series as never),
      ys: tf.data.array(ys),
      sampleWeights: tf.data.array(weights),
    });

  test.each<[string, () => unknown]>([
    ["of batches", () => zipped().batch(6)],
    ["of rows", zipped],
    ["as a third value", () => at((row) => [series[row], ys[row], weights[row]])],
  ])("%s: as classWeight of model.fitDataset with the same weights", async (_, weighted) => {
    const theirs = await sequences().fitDataset(stream(), { ...quiet, epochs: 2, classWeight });
    expectClose(await ours(sequences, weighted(), { batchSize: 6, epochs: 2 }), theirs.history);
  });

  test("of a validation stream weigh its loss", async () => {
    const model = numbers();
    model.setWeights([tf.tensor2d([[1]]), tf.tensor1d([0])]);
    model.compile({ optimizer: tf.train.sgd(0), loss: "meanSquaredError" });
    const validationData = [{ xs: [1], ys: [0], sampleWeights: 3 }];
    const { val_loss: loss } = await ours(() => model, [[[1], [0]]], { validationData });
    expect(loss?.[0]).toBeCloseTo(3, 6);
  });
});

test("epochs: 0 trains nothing, as model.fit does, and calls back", async () => {
  const model = numbers();
  const before = model.getWeights()[0]?.dataSync()[0];
  const heard: string[] = [];
  const callbacks = {
    onTrainBegin: () => void heard.push("begin"),
    onTrainEnd: () => void heard.push("end"),
  };
  const options = { ...quiet, epochs: 0, callbacks };
  const { history, epoch } = await new ImportanceTraining(model).fit([[1]], [[1]], options);
  expect([history, epoch, heard]).toEqual([{}, [], ["begin", "end"]]);
  expect(model.getWeights()[0]?.dataSync()[0]).toBe(before);
});

test("verbose: 2 prints a line for each epoch", async () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  await new ImportanceTraining(numbers()).fit([[1]], [[1]], { verbose: 2, epochs: 2 });
  expect(log.mock.calls.filter(([text]) => String(text).startsWith("epoch "))).toHaveLength(2);
  log.mockRestore();
});

test("validationSteps: the first batches of data in memory", async () => {
  const x = [[1], [2], [3], [4]];
  const validationData = [
    [[1], [5], [7]],
    [[0], [0], [0]],
  ] as const;
  const model = numbers();
  model.setWeights([tf.tensor2d([[1]]), tf.tensor1d([0])]);
  model.compile({ optimizer: tf.train.sgd(0), loss: "meanSquaredError" });
  const { history } = await new ImportanceTraining(model).fit(x, x, {
    ...{ ...quiet, validationData, validationSteps: 2, validationBatchSize: 1 },
  });
  expect(history.val_loss?.[0]).toBeCloseTo((1 + 25) / 2, 5);
});
