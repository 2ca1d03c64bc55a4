/**
 * What an importance step costs over the bound B t_f + b (t_f + t_b): the bound is timed with plain
 * TensorFlow.js, predict on B uploaded digits and trainOnBatch on b of them. MLP 784-512-512-10, B = 640,
 * b = 128, Adam.
 *
 *   bench/step-cost.ts [pairs, 200] [engine, wasm]
 */
import type * as tf from "@tensorflow/tfjs";
import { always } from "@unequal/core";
import { compare, report } from "./measure.js";
import { dealer, load, model, prepare, SIZES, trainer } from "./mnist-mlp.js";

const [pairs, engine] = process.argv.slice(2);
const dataset = await prepare(engine);
const ours = trainer(dataset, always(), true);
const theirs = model();
const deal = dealer(dataset.size);
const pool = await load(dataset, deal(SIZES.presample));
const batch = await load(dataset, deal(SIZES.batchSize));

const result = await compare({
  pairs: Number(pairs ?? 200),
  ours: () => ours.step(),
  theirs: async () => {
    const scores = theirs.predict(pool.x, { batchSize: SIZES.presample }) as tf.Tensor;
    await scores.data();
    scores.dispose();
    await theirs.trainOnBatch(batch.x, batch.y);
  },
});
report("importance step / bound B t_f + b (t_f + t_b)", result);
