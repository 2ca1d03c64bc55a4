import { env } from "node:process";
import * as tf from "@tensorflow/tfjs";
import { createRandom, type Random } from "@unequal/core";
import { beforeAll, describe, expect, test } from "vitest";
import { guardMemory } from "../../testing/guard-memory.js";
import "../../testing/installed.js";

/** How many runs are drawn: `UNEQUAL_MISMATCHES=10000` draws ten times as many. */
const RUNS = Number(env.UNEQUAL_MISMATCHES ?? 1000) / 10;

const OPTIMIZERS: Readonly<Record<string, () => tf.Optimizer>> = {
  adam: () => tf.train.adam(0.1),
  momentum: () => tf.train.momentum(0.1, 0.9),
  rmsprop: () => tf.train.rmsprop(0.1, 0.9, 0.5, 1e-3),
  "rmsprop centred": () => tf.train.rmsprop(0.1, 0.9, 0.5, 1e-3, true),
  sgd: () => tf.train.sgd(0.1),
  adagrad: () => tf.train.adagrad(0.1),
};

const SHAPES = [[1], [100], [5], [5], [1, 5], [2, 5], []];

beforeAll(async () => {
  await tf.setBackend("wasm");
});

function gradientOf(random: Random, shape: readonly number[]): tf.Tensor | null {
  const way = random.uniform();
  if (way < 0.05) return null;
  if (way < 0.1) return tf.scalar(0.5);
  if (way < 0.15) return tf.ones([...shape], "int32");
  if (way < 0.2) return tf.ones([3, 7]);
  const gradient = tf.fill([...shape], random.uniform() + 0.1);
  if (way < 0.25) gradient.dispose();
  return gradient;
}

/** Makes four updates of lists that change, and tells after each all variables' numbers and whether it failed. */
function run(seed: number): (readonly [boolean, ...number[]])[] {
  const random = createRandom(seed);
  const make = Object.values(OPTIMIZERS)[seed % 6] as () => tf.Optimizer;
  const optimizer = make();
  const variables = SHAPES.map((shape) => tf.variable(tf.fill(shape, 0.5)));
  const names = variables.map(({ name }) => name);
  const told: (readonly [boolean, ...number[]])[] = [];
  for (let update = 0; update < 4; update++) {
    const chosen = names.filter(() => random.uniform() < 0.5);
    if (random.uniform() < 0.3) chosen.reverse();
    const shapeOf = (name: string) => SHAPES[names.indexOf(name)] ?? [];
    const gradients = chosen.map((name) => ({
      name,
      tensor: gradientOf(random, shapeOf(name)) as tf.Tensor,
    }));
    if (random.uniform() < 0.1) variables[random.integer(SHAPES.length)]?.dispose();
    let failed = false;
    try {
      optimizer.applyGradients(gradients);
    } catch (error) {
      failed = true;
      expect((error as Error).name, `run ${seed}`).not.toBe("RuntimeError");
    }
    const alive = variables.filter(({ isDisposed }) => !isDisposed);
    told.push([failed, ...alive.flatMap((variable) => [...variable.dataSync()])]);
  }
  tf.dispose(variables.filter(({ isDisposed }) => !isDisposed));
  // what it keeps, of which there is a list for each kind
  for (const kept of Object.values(optimizer).filter(Array.isArray) as {
    variable: tf.Variable;
  }[][])
    kept.forEach(({ variable }) => {
      variable.dispose();
    });
  return told;
}

function inScope<T>(work: () => T): T {
  tf.engine().startScope();
  try {
    return work();
  } finally {
    tf.engine().endScope();
  }
}

test(`${RUNS} runs of updates with changed variables and gradients fail where TensorFlow.js's do, and else agree`, async () => {
  const writtenOutside = guardMemory(tf.backend());
  const seeds = Array.from({ length: RUNS }, (_, seed) => seed);
  const bystander = tf.fill([64], 7);
  const ours = seeds.map((seed) => {
    const told = inScope(() => run(seed));
    expect(writtenOutside(), `run ${seed}`).toEqual([]);
    return told;
  });
  expect([...bystander.dataSync()]).toEqual(Array(64).fill(7));
  await tf.setBackend("cpu");
  const theirs = seeds.map((seed) => inScope(() => run(seed)));
  await tf.setBackend("wasm");
  ours.forEach((told, seed) => {
    told.forEach(([failed, ...values], update) => {
      const [alsoFailed, ...others] = theirs[seed]?.[update] ?? [false];
      const title = `run ${seed}, update ${update}`;
      expect(failed, title).toBe(alsoFailed);
      values.forEach((value, at) => {
        // a centred RMSProp takes the root of a difference, which rounding makes negative
        if (Number.isNaN(value)) expect(others[at], title).toBeNaN();
        else expect(value, title).toBeCloseTo(others[at] as number, 4);
      });
    });
  });
  const failures = ours.flat().filter(([failed]) => failed).length;
  expect(failures).toBeGreaterThan(RUNS / 4);
  expect(failures).toBeLessThan(3 * RUNS);
});

describe.each(["wasm", "cpu"])("on %s", (engine) => {
  test.each(["adam", "momentum", "rmsprop"])(
    "%s of a variable of another shape is refused as by TensorFlow.js, and writes nothing",
    async (name) => {
      await tf.setBackend(engine);
      const optimizer = (OPTIMIZERS[name] as () => tf.Optimizer)();
      const a = tf.variable(tf.ones([1]));
      const b = tf.variable(tf.ones([100]));
      const step = (variable: tf.Variable): void => {
        optimizer.minimize(() => tf.sum(variable), false, [variable]);
      };
      step(a);
      const bystander = tf.fill([100], 7);
      expect(() => {
        step(b);
      }).toThrow(/shape/i);
      expect([...bystander.dataSync()]).toEqual(Array(100).fill(7));
      expect(new Set(b.dataSync())).toEqual(new Set([1]));
      step(a);
      expect(a.dataSync()[0]).toBeLessThan(1);
    },
  );
});
