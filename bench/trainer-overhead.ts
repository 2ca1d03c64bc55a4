/**
 * What the trainer costs: a step of the trainer with uniform sampling over a hand-written step that loads
 * the same number of digits and calls trainOnBatch. MLP 784-512-512-10, b = 128, Adam.
 *
 *   bench/trainer-overhead.ts [pairs, 200] [engine, wasm]
 */
import * as tf from "@tensorflow/tfjs";
import { never } from "@unequal/core";
import { compare, report } from "./measure.js";
import { dealer, load, model, prepare, SIZES, trainer } from "./mnist-mlp.js";

const [pairs, engine] = process.argv.slice(2);
const dataset = await prepare(engine);
const ours = trainer(dataset, never(), false);
const theirs = model();
const deal = dealer(dataset.size);

const result = await compare({
  pairs: Number(pairs ?? 200),
  ours: () => ours.step(),
  theirs: async () => {
    const { x, y } = await load(dataset, deal(SIZES.batchSize));
    await theirs.trainOnBatch(x, y);
    tf.dispose([x, y]);
  },
});
report("trainer step / trainOnBatch step", result);
