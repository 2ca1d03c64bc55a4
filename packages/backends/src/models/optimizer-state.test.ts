import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import type { Learner } from "@unequal/core";
import { installWasmTraining } from "@unequal/wasm-training";
import { beforeAll, describe, expect, test } from "vitest";
import {
  all,
  classifiers,
  classTargets,
  compile,
  equal,
  host,
  quiet,
  weightsOf,
} from "../../testing/learner-fixtures.js";
import { createLearner } from "../create-learner.js";
import { learningRateOf, scalesRate, setLearningRate } from "./optimizer-state.js";

const RATE = 0.05;
const FACTORS = [1, 1.7, 3, 0.5, 1, 2.2, 2.2];

/** Those whose update is their rate times what they keep of gradients. */
const SCALED: Readonly<Record<string, () => tf.Optimizer>> = {
  sgd: () => tf.train.sgd(RATE),
  momentum: () => tf.train.momentum(RATE, 0.9),
  "Nesterov's momentum": () => tf.train.momentum(RATE, 0.8, true),
  adam: () => tf.train.adam(RATE),
  adamax: () => tf.train.adamax(RATE, 0.9, 0.999, 1e-7, 0.1),
  adagrad: () => tf.train.adagrad(RATE),
  adadelta: () => tf.train.adadelta(RATE, 0.9, 1e-3),
  rmsprop: () => tf.train.rmsprop(RATE),
  "rmsprop centred": () => tf.train.rmsprop(RATE, 0.9, 0, 1e-12, true),
};
const remembering = (): tf.Optimizer => tf.train.rmsprop(RATE, 0.9, 0.5);

function learnerWith(optimizer: tf.Optimizer) {
  const model = classifiers["a fused softmax"]?.() as tf.LayersModel;
  model.compile({ ...compile, optimizer });
  return { model, learner: createLearner(model) };
}

/** Gradients of every parameter, the same ones for every run. */
function gradientsOf(model: tf.LayersModel, update: number): Float32Array[] {
  return model.trainableWeights.map(({ shape }, at) =>
    Float32Array.from(
      { length: tf.util.sizeFromShape(shape as number[]) },
      (_, index) => Math.sin(1 + update + 7 * at + 3 * index) / 2,
    ),
  );
}

async function valuesOf({ parameters, read }: Learner): Promise<number[]> {
  const handle = parameters();
  const values = await read(handle);
  handle.dispose();
  return values.flatMap((each) => [...each]);
}

/** How far each update moved each parameter, under gradients that do not depend on where the parameters are. */
async function moves(optimizer: tf.Optimizer, factors: readonly number[]): Promise<number[][]> {
  const { model, learner } = learnerWith(optimizer);
  const moved: number[][] = [];
  for (const [update, factor] of factors.entries()) {
    // small parameters round their moves less
    const zeros = learner.write(gradientsOf(model, 0).map((each) => each.fill(0)));
    learner.assign(zeros);
    const gradient = learner.write(gradientsOf(model, update));
    learner.apply(gradient, factor);
    for (const each of [zeros, gradient]) each.dispose();
    moved.push(await valuesOf(learner));
  }
  return moved;
}

/** Largest difference between moves by φ and φ times moves by 1. */
async function error(make: () => tf.Optimizer): Promise<number> {
  const scaled = await moves(make(), FACTORS);
  const plain = await moves(
    make(),
    FACTORS.map(() => 1),
  );
  const errors = scaled.flatMap((row, update) =>
    row.map((value, at) =>
      Math.abs(value - (FACTORS[update] as number) * (plain[update]?.[at] as number)),
    ),
  );
  return Math.max(...errors);
}

describe.each(["cpu", "wasm"])("on %s", (engine) => {
  beforeAll(async () => {
    installWasmTraining();
    await tf.setBackend(engine);
  });

  describe.each(Object.entries(SCALED))("%s", (_name, make) => {
    test("steps by φ as if its rate were set for one update and put back, which leaves the user's", async () => {
      const batch = classTargets(host([[4]], [[3]]), 3);
      const [ours, theirs] = [make(), make()];
      const [scaled, set] = [learnerWith(ours), learnerWith(theirs)];
      const { state } = set.learner;
      const start = await state();
      await scaled.learner.restore(start);
      const rows = ({ upload }: Learner) => ({
        batch: upload(batch),
        rows: all,
        coefficients: equal,
      });
      for (const rate of FACTORS) {
        await scaled.learner.step(rows(scaled.learner), { ...quiet, rate });
        setLearningRate(theirs, rate * RATE);
        await set.learner.step(rows(set.learner), quiet);
        setLearningRate(theirs, RATE);
        expect(learningRateOf(ours)).toBe(RATE);
        expect(await weightsOf(scaled.model)).toEqual(await weightsOf(set.model));
      }
      expect(await state()).not.toEqual(start);
    });

    test("moves φ times as far, whatever φ was before", async () => {
      expect(scalesRate(make())).toBe(true);
      expect(await error(make)).toBeLessThan(1e-6);
    });
  });

  test("RMSProp with momentum remembers its rate, so it is not scaled", async () => {
    expect(scalesRate(remembering())).toBe(false);
    expect(await error(remembering)).toBeGreaterThan(1e-3);
  });

  test("a rate for one update leaks nothing", async () => {
    const optimizer = tf.train.momentum(RATE, 0.9);
    const { model, learner } = learnerWith(optimizer);
    const update = (): void => {
      const gradient = learner.write(gradientsOf(model, 1));
      learner.apply(gradient, 2);
      gradient.dispose();
    };
    update();
    const { numTensors } = tf.memory();
    update();
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(learningRateOf(optimizer)).toBe(RATE);
  });
});

test("an optimizer of a program's own is not scaled", () => {
  const own = Object.assign(tf.train.sgd(RATE), { getClassName: () => "Own" });
  expect(scalesRate(own)).toBe(false);
});
