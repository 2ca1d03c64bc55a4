import * as tf from "@tensorflow/tfjs";
import { createRandom } from "@unequal/core";
import fc from "fast-check";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { withNoise } from "../../testing/with-noise.js";
import "../../testing/installed.js";

beforeAll(async () => {
  await tf.setBackend("wasm");
});

const activations: readonly ("tanh" | "sigmoid" | "hardSigmoid" | "relu" | "linear")[] = [
  "tanh",
  "sigmoid",
  "hardSigmoid",
  "relu",
  "linear",
];

const setting = fc.record({
  kind: fc.constantFrom("lstm" as const, "gru" as const),
  batch: fc.integer({ min: 1, max: 6 }),
  // of one step tfjs cannot take the gradient
  time: fc.integer({ min: 2, max: 7 }),
  width: fc.integer({ min: 1, max: 9 }),
  units: fc.integer({ min: 1, max: 11 }),
  returnSequences: fc.boolean(),
  returnState: fc.boolean(),
  goBackwards: fc.boolean(),
  useBias: fc.boolean(),
  masked: fc.boolean(),
  stated: fc.boolean(),
  training: fc.boolean(),
  dropout: fc.constantFrom<number>(0, 0.3),
  recurrentDropout: fc.constantFrom<number>(0, 0.4),
  activation: fc.constantFrom(...activations),
  recurrentActivation: fc.constantFrom(...activations),
  seed: fc.integer({ min: 1, max: 1e6 }),
});

type Setting = typeof setting extends fc.Arbitrary<infer T> ? T : never;

/** What is compared: outputs, states, and the gradient of a sum over them all. */
type Figures = readonly (readonly number[])[];

interface Made {
  readonly layer: tf.layers.Layer;
  readonly x: tf.Tensor;
  readonly options: object;
  readonly states: readonly tf.Tensor[];
  readonly variables: readonly tf.Variable[];
}

function make(given: Setting): Made {
  const { batch, time, width, units, kind, masked, stated, training, seed } = given;
  const random = createRandom(seed);
  const draw = (shape: number[]): tf.Tensor =>
    tf.tensor(
      Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.uniform() - 0.5),
      shape,
    );
  const { returnSequences, returnState, goBackwards, useBias } = given;
  const { dropout, recurrentDropout, activation, recurrentActivation } = given;
  const plain = { recurrentInitializer: "glorotUniform" as const, units, activation };
  const shape = { returnSequences, returnState, goBackwards, useBias };
  const layer = tf.layers[kind]({
    ...plain,
    ...shape,
    recurrentActivation,
    dropout,
    recurrentDropout,
  });
  layer.build([batch, time, width]);
  layer.setWeights(layer.getWeights().map((weight) => draw(weight.shape)));
  const x = draw([batch, time, width]);
  const states = stated
    ? Array.from({ length: kind === "lstm" ? 2 : 1 }, () => draw([batch, units]))
    : [];
  const mask = tf.tensor2d(
    Array.from({ length: batch * time }, () => random.integer(3) > 0),
    [batch, time],
    "bool",
  );
  const options = {
    training,
    ...(masked && { mask }),
    ...(stated && { initialState: states }),
  };
  const variables = layer.trainableWeights.map((weight) => weight.read() as tf.Variable);
  return { layer, x, options, states, variables };
}

/** Runs a layer and its gradients with respect to x, given states and weights. */
function figures(given: Setting): Figures {
  return tf.tidy(() => {
    const { layer, x, options, states, variables } = make(given);
    const outputs = (): tf.Tensor[] => withNoise(given.seed, () => [layer.call(x, options)].flat());
    const values = outputs().map((output) => [...output.dataSync()]);
    const loss = (): tf.Scalar =>
      tf.addN(outputs().map((output, at) => tf.sum(tf.mul(tf.square(output), at + 1))));
    const inputs = [x, ...states].map((input) => tf.variable(input));
    const watched: Made = { layer, x, options, states, variables };
    const swapped = (): tf.Scalar => {
      const [ofX, ...ofStates] = inputs as [tf.Variable, ...tf.Variable[]];
      const initial = states.length > 0 ? { initialState: ofStates } : {};
      const run = (): tf.Tensor[] =>
        withNoise(given.seed, () => [watched.layer.call(ofX, { ...options, ...initial })].flat());
      return tf.addN(run().map((output, at) => tf.sum(tf.mul(tf.square(output), at + 1))));
    };
    const byWeights = tf.variableGrads(loss, [...variables]).grads;
    const byInputs = tf.variableGrads(swapped, inputs).grads;
    const ofWeights = variables.map(({ name }) => [...(byWeights[name] as tf.Tensor).dataSync()]);
    const ofInputs = inputs.map(({ name }) => [...(byInputs[name] as tf.Tensor).dataSync()]);
    tf.dispose([...inputs, ...variables]);
    return [...values, ...ofWeights, ...ofInputs];
  });
}

function worst(ours: readonly number[], theirs: readonly number[]): number {
  expect(ours).toHaveLength(theirs.length);
  const scale = theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  return (
    ours.reduce((most, value, at) => Math.max(most, Math.abs(value - (theirs[at] as number))), 0) /
    scale
  );
}

test("outputs, states and gradients equal the stock layers' on cpu to 1e-4, for 120 layers", async () => {
  const cases = fc.sample(setting, { numRuns: 120, seed: 3 });
  const forwards = vi.spyOn(tf.getKernel("LstmSequence", "wasm"), "kernelFunc");
  const ours = cases.map(figures);
  expect(forwards.mock.calls.length).toBeGreaterThan(60);
  forwards.mockRestore();
  await tf.setBackend("cpu");
  cases.forEach((given, at) => {
    figures(given).forEach((theirs, which) => {
      const mine = ours[at]?.[which] as readonly number[];
      expect(worst(mine, theirs), `${which} of ${JSON.stringify(given)}`).toBeLessThanOrEqual(1e-4);
    });
  });
  await tf.setBackend("wasm");
});

/** A layer with everything that has a gradient, smooth activations, and a mask. */
const smooth: Omit<Setting, "kind"> = {
  ...{ batch: 2, time: 4, width: 3, units: 5, seed: 8 },
  ...{ returnSequences: true, returnState: true, goBackwards: false, useBias: true },
  ...{ masked: true, stated: true, training: true, dropout: 0.3, recurrentDropout: 0.3 },
  ...{ activation: "tanh", recurrentActivation: "sigmoid" },
};

describe.each(["lstm", "gru"] as const)("%s", (kind) => {
  test("gradients equal central differences to 1 %", () => {
    const given: Setting = { ...smooth, kind };
    const { layer, x, options, states, variables } = make(given);
    const all = [tf.variable(x), ...states.map((state) => tf.variable(state))];
    const loss = (): tf.Scalar =>
      tf.tidy(() => {
        const [ofX, ...initialState] = all as [tf.Variable, ...tf.Variable[]];
        const outputs = withNoise(5, () => [layer.call(ofX, { ...options, initialState })].flat());
        return tf.addN(outputs.map((output, at) => tf.sum(tf.mul(tf.square(output), at + 1))));
      });
    const watched = [...all, ...variables];
    const { grads } = tf.variableGrads(loss, watched);
    const random = createRandom(1);
    for (const variable of watched) {
      const gradient = [...(grads[variable.name] as tf.Tensor).dataSync()];
      const start = variable.clone();
      // along random directions, since one number's difference drowns in rounding
      for (let time = 0; time < 3; time++) {
        const direction = Float32Array.from(gradient, () => random.uniform() - 0.5);
        const shift = (by: number): number => {
          variable.assign(tf.add(start, tf.mul(tf.tensor(direction, variable.shape), by)));
          return loss().dataSync()[0] as number;
        };
        const step = 0.01;
        const difference = (shift(step) - shift(-step)) / (2 * step);
        const expected = gradient.reduce(
          (sum, value, at) => sum + value * (direction[at] as number),
          0,
        );
        expect(Math.abs(difference - expected)).toBeLessThanOrEqual(
          0.01 * Math.max(0.1, Math.abs(expected)),
        );
      }
      variable.assign(start);
    }
  });

  test("a Bidirectional wrapper around it equals the stock one", async () => {
    const build = (): readonly number[] =>
      tf.tidy(() => {
        const inner = tf.layers[kind]({ units: 3, recurrentInitializer: "glorotUniform" });
        const layer = tf.layers.bidirectional({ layer: inner, mergeMode: "concat" });
        const model = tf.sequential({
          layers: [tf.layers.inputLayer({ inputShape: [4, 2] }), layer],
        });
        const random = createRandom(2);
        model.setWeights(
          model.getWeights().map(({ shape, size }) =>
            tf.tensor(
              Float32Array.from({ length: size }, () => random.uniform()),
              shape,
            ),
          ),
        );
        return [
          ...(model.predict(tf.linspace(0, 1, 24).reshape([3, 4, 2])) as tf.Tensor).dataSync(),
        ];
      });
    const ours = build();
    await tf.setBackend("cpu");
    expect(worst(ours, build())).toBeLessThanOrEqual(1e-4);
    await tf.setBackend("wasm");
  });

  test("gradients of gradients equal the stock layer's", async () => {
    const second = (): readonly number[] =>
      tf.tidy(() => {
        const { layer, x } = make({ ...smooth, kind, returnState: false, training: false });
        const outputs = (input: tf.Tensor): tf.Tensor =>
          tf.sum(tf.square(layer.call(input, {}) as tf.Tensor));
        const slopes = (input: tf.Tensor): tf.Tensor => tf.sum(tf.square(tf.grad(outputs)(input)));
        return [...tf.grad(slopes)(x).dataSync()];
      });
    const ours = second();
    await tf.setBackend("cpu");
    expect(worst(ours, second())).toBeLessThanOrEqual(1e-4);
    await tf.setBackend("wasm");
  });

  test("a stateful layer, and one of an unknown activation, run as before", () => {
    const kernel = kind === "lstm" ? "LstmSequence" : "GruSequence";
    const spy = vi.spyOn(tf.getKernel(kernel, "wasm"), "kernelFunc");
    for (const options of [{ stateful: true }, { activation: "elu" as const }, {}]) {
      const layer = tf.layers[kind]({ units: 2, batchInputShape: [1, 3, 2], ...options });
      tf.sequential({ layers: [layer] }).predict(tf.ones([1, 3, 2]));
    }
    expect(spy).toHaveBeenCalledTimes(1);
    spy.mockRestore();
  });

  test("leaks nothing", () => {
    const run = (): void => {
      figures({ ...smooth, kind });
    };
    run();
    const { numTensors, numDataBuffers } = tf.memory();
    for (let time = 0; time < 5; time++) run();
    expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers });
  });
});
