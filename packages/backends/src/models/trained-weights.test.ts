import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { trainedWeights } from "./trained-weights.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
  // the engine's own word on the same, where it has one
  vi.spyOn(console, "warn").mockReturnValue();
});

interface Built {
  readonly model: tf.LayersModel;
  /** What is frozen and thawed; its weights are called by its name. */
  readonly part: tf.layers.Layer;
}

function compile(model: tf.LayersModel): void {
  model.compile({ optimizer: tf.train.sgd(0.1), loss: "meanSquaredError" });
}

const constant = { kernelInitializer: "ones" } as const;

function inner(sequential: boolean): tf.LayersModel {
  const dense = (): tf.layers.Layer => tf.layers.dense({ units: 3, ...constant, name: "part" });
  if (sequential) {
    return tf.sequential({ layers: [tf.layers.inputLayer({ inputShape: [4, 2] }), dense()] });
  }
  const x = tf.input({ shape: [4, 2] });
  return tf.model({ inputs: x, outputs: dense().apply(x) as tf.SymbolicTensor });
}

/** Builds a model of [4, 2] examples, frozen or not before it is built. */
function build(kind: string, trainable: boolean): Built {
  const first = tf.layers.dense({ units: 2, ...constant, inputShape: [4, 2] });
  const last = tf.layers.dense({ units: 1, ...constant });
  const flat = tf.layers.flatten();
  if (kind.startsWith("model")) {
    const part = inner(kind.includes("tf.sequential"));
    part.trainable = trainable;
    const layers = kind.endsWith("first") ? [part] : [first, part];
    const model = tf.sequential({ layers: [...layers, flat, last] });
    compile(model);
    return { model, part };
  }
  const options = { ...constant, units: 3, trainable, name: "part" };
  const part =
    kind === "lstm"
      ? tf.layers.lstm({ ...options, returnSequences: true })
      : tf.layers.dense({ ...options });
  const model = tf.sequential({ layers: [first, part, flat, last] });
  compile(model);
  return { model, part };
}

/** Whether a step of `model.fit` changes the part's weights. */
async function isTrained({ model, part }: Built): Promise<boolean> {
  const numbers = (): number[] => part.getWeights().flatMap((each) => [...each.dataSync()]);
  const before = numbers();
  const [x, y] = [tf.linspace(0.1, 1, 8).reshape([1, 4, 2]), tf.tensor2d([[50]])];
  await model.fit(x, y, { epochs: 1, verbose: 0 });
  return numbers().some((value, at) => value !== before[at]);
}

const nested = ["model, functional, ", "model, tf.sequential, "];
const kinds = ["dense", "lstm", ...nested.flatMap((kind) => [`${kind}first`, `${kind}second`])];

describe.each(kinds)("of a %s", (kind) => {
  test.each([
    ["frozen before it is built", [false]],
    ["frozen since it was compiled", [true, false]],
    ["thawed since it was compiled", [false, true]],
    ["frozen and thawed since", [true, false, true]],
    ["trainable", [true]],
  ])(
    "%s, the note says what model.fit does, where that is not what `trainable` says",
    async (_, states) => {
      const built = build(kind, states[0] as boolean);
      for (const state of states.slice(1)) built.part.trainable = state;
      // a recurrent layer that was made frozen has a frozen cell, and no trainable weights when it is thawed
      const wanted = built.part.trainableWeights.length > 0;
      const { note } = trainedWeights(built.model);
      const trained = await isTrained(built);
      if (trained === wanted) expect(note).toBeUndefined();
      else if (trained) expect(note).toMatch(/part\/\S*kernel, .*will be trained/);
      else expect(note).toMatch(/part\/\S*kernel, .*will not be trained/);
      if (note === undefined) return;
      const thawed = note.startsWith("A model whose");
      expect(thawed).toBe(kind.endsWith("first") && states.length === 1);
      // what it tells to do helps
      compile(built.model);
      if (thawed) built.part.trainable = false;
      expect(trainedWeights(built.model).note).toBeUndefined();
      expect(await isTrained(built)).toBe(wanted);
    },
  );
});
