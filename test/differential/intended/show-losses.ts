import * as tf from "@tensorflow/tfjs";
import { expect } from "vitest";
import { numbers, oneHot, toTensor } from "../columns.js";
import { apply, graph } from "../compiled.js";
import { column, expectCode, line, ours, quiet, weightOf, type Show } from "./small-models.js";

const one = () => column(1);

/** A sigmoid that is sure of 1. */
function confident(): tf.LayersModel {
  const layer = { activation: "sigmoid" } as const;
  return line({ start: 30, compile: { loss: "binaryCrossentropy" }, layer });
}

function twoHeaded(): tf.LayersModel {
  const input = tf.input({ shape: [4] });
  const heads = [
    tf.layers.dense({ units: 3, activation: "softmax", name: "kind" }),
    tf.layers.dense({ units: 1, name: "size" }),
  ];
  const loss = ["categoricalCrossentropy", "meanSquaredError"];
  const outputs = heads.map((head) => apply(head, input));
  return graph({ inputs: input, outputs }, { loss, metrics: ["accuracy"] });
}

function dropping(seed?: number): tf.LayersModel {
  const model = tf.sequential({
    layers: [
      tf.layers.dropout({ rate: 0.5, inputShape: [64], ...(seed !== undefined && { seed }) }),
      tf.layers.dense({ units: 1, kernelInitializer: "ones", useBias: false }),
    ],
  });
  model.compile({ optimizer: tf.train.sgd(0), loss: "meanSquaredError" });
  return model;
}

const mean = (values: tf.Tensor): number => tf.mean(values).dataSync()[0] as number;

/** Losses and metrics of two heads by their definitions, from predictions. */
function figuresOf(model: tf.LayersModel, [x, kinds, sizes]: readonly tf.Tensor[]) {
  const [p, size] = model.predict(x as tf.Tensor) as [tf.Tensor, tf.Tensor];
  const kind = -mean(tf.sum(tf.mul(kinds as tf.Tensor, tf.log(p)), 1));
  const squares = mean(tf.square(tf.sub(sizes as tf.Tensor, size)));
  const hits = mean(tf.equal(tf.argMax(kinds as tf.Tensor, 1), tf.argMax(p, 1)));
  return { kind, squares, hits };
}

/** Differences of losses and of what happens within the model. */
export const shownOfLosses = {
  "loss-without-regularisers": async () => {
    const layer = { kernelRegularizer: tf.regularizers.l2({ l2: 0.5 }) };
    const [theirs, mine] = [line({ start: 2, layer }), line({ start: 2, layer })];
    const options = { ...quiet, validationData: [one(), one()] as [tf.Tensor, tf.Tensor] };
    const { history: wanted } = await theirs.fit(one(), one(), options);
    const { history } = await ours(mine).fit(one(), one(), options);
    // (2 − 1)², and ½ · 2² as well
    expect(wanted.loss?.[0]).toBeCloseTo(3, 6);
    expect(history.loss?.[0]).toBeCloseTo(1, 6);
    expect(history.val_loss?.[0]).toBeCloseTo(wanted.val_loss?.[0] as number, 6);
    expect(weightOf(mine)).toBeCloseTo(weightOf(theirs), 6);
  },
  "losses-from-logits": async () => {
    const [theirs, mine, compiled] = [confident(), confident(), confident()];
    const [x, y] = [one(), column(0)];
    const { history: wanted } = await theirs.fit(x, y, quiet);
    expect(wanted.loss?.[0]).toBeLessThan(17);
    expect(weightOf(theirs)).toBe(30);
    const { history } = await ours(mine).fit(x, y, quiet);
    expect(history.loss?.[0]).toBeCloseTo(30, 4);
    expect(weightOf(mine)).toBeCloseTo(29.9, 5);
    await ours(compiled, { loss: "as-compiled" }).fit(x, y, quiet);
    expect(weightOf(compiled)).toBe(30);
  },
  "loss-per-example": async () => {
    const compile = { loss: (y: tf.Tensor, p: tf.Tensor) => tf.losses.meanSquaredError(y, p) };
    const model = line({ compile });
    await model.fit(one(), one(), quiet);
    expect(weightOf(model)).toBeCloseTo(0.2, 6);
    const x = column(1, 2);
    await expectCode(ours(line({ compile })).fit(x, x, quiet), "LOSS_NOT_PER_EXAMPLE");
  },
  "loss-not-finite": async () => {
    const x = column(1, Number.NaN);
    const { history } = await line().fit(x, one().tile([2, 1]), quiet);
    expect(history.loss).toEqual([Number.NaN]);
    await expectCode(ours(line()).fit(x, one().tile([2, 1]), quiet), "LOSS_NOT_FINITE");
  },
  "val-columns-of-outputs": async () => {
    const data = [numbers([8, 4], "x"), oneHot([8], 3, "kinds"), numbers([8, 1], "sizes")];
    const [x, ...y] = data.map(toTensor) as [tf.Tensor, tf.Tensor, tf.Tensor];
    const options = { ...quiet, batchSize: 4, validationSplit: 0.5 };
    const held = [x, ...y].map((each) => tf.slice(each, 4));
    const [theirs, mine] = [twoHeaded(), twoHeaded()];
    const { history: wanted } = await theirs.fit(x, y, options);
    const { history } = await ours(mine).fit(x, y, options);
    const { kind, squares, hits } = figuresOf(mine, held);
    const right = { val_loss: kind + squares, val_kind_loss: kind, val_size_loss: squares };
    for (const [name, value] of Object.entries({ ...right, val_kind_acc: hits }))
      expect(Math.abs((history[name]?.[0] as number) - value)).toBeLessThanOrEqual(1e-5);
    const running = { val_loss: kind, val_kind_loss: kind + squares, val_size_loss: kind };
    for (const [name, value] of Object.entries(running))
      expect(Math.abs((wanted[name]?.[0] as number) - value)).toBeLessThanOrEqual(1e-5);
  },
  "noise-of-layers": async () => {
    const [x, y] = [tf.ones([1, 64]), column(0)];
    const epochs = 6;
    const { history: repeated } = await dropping(3).fit(x, y, { ...quiet, epochs });
    expect(new Set(repeated.loss).size).toBe(1);
    const run = async (seed?: number) =>
      (await ours(dropping(seed)).fit(x, y, { ...quiet, epochs })).history.loss;
    const losses = await run(3);
    expect(new Set(losses).size).toBeGreaterThan(1);
    expect(await run()).toEqual(losses);
  },
} as const satisfies Readonly<Record<string, Show>>;
