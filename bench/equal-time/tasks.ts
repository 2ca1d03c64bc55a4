import * as tf from "@tensorflow/tfjs";
import { setUpPart, type DataSplits } from "@unequal/core";
import { arrays, mnist } from "@unequal/datasets";
import { readFlights } from "../flights/read-flights.js";
import { LAYERS, type NetworkName } from "../layers.js";
import { readGlosses } from "./glosses.js";

/** What is learned, and how by uniform sampling. */
export interface Task {
  readonly network: NetworkName;
  readonly loss: "categoricalCrossentropy" | "binaryCrossentropy";
  readonly optimizer: (rate: number) => tf.Optimizer;
  /** Learning rate that training starts from. */
  readonly rate: number;
  /** Whether it is divided by 5 at 40 % and 80 % of an arm's time. */
  readonly decays: boolean;
  readonly load: () => Promise<Required<DataSplits>>;
}

const momentum = (rate: number): tf.Optimizer => tf.train.momentum(rate, 0.9);
const adam = (rate: number): tf.Optimizer => tf.train.adam(rate);
const SGD = { optimizer: momentum, rate: 0.1, decays: true } as const;
const ADAM = { optimizer: adam, rate: 0.001 } as const;
const CLASSES = { loss: "categoricalCrossentropy" } as const;

async function digits(folder?: string): Promise<Required<DataSplits>> {
  const { train, test } = await setUpPart("dataset", mnist(folder ? { folder } : {})).load();
  return { train, test: test ?? train };
}

/** Fashion-MNIST, as Debian's package `dataset-fashion-mnist` installs it. */
const fashion = (): Promise<Required<DataSplits>> =>
  digits(process.env["FASHION_MNIST"] ?? "/usr/share/datasets/fashion-mnist");

async function flights(): Promise<Required<DataSplits>> {
  const read = async (first: number, every: number) => {
    const { rows, features, x, y } = await readFlights(first, every);
    return arrays({ data: x, shape: [rows, features] }, { data: y, shape: [rows, 1] });
  };
  return { train: await read(0, 2), test: await read(1, 30) };
}

/** The tasks, by name. */
export const TASKS: Readonly<Record<string, Task>> = {
  mlp: { network: "mlp", ...CLASSES, ...SGD, load: digits },
  "mlp-adam": { network: "mlp", ...CLASSES, ...ADAM, decays: true, load: digits },
  cnn: { network: "cnn", ...CLASSES, ...SGD, load: digits },
  fashion: { network: "fashion", ...CLASSES, ...SGD, load: fashion },
  glosses: { network: "glosses", ...CLASSES, ...ADAM, decays: false, load: readGlosses },
  flights: {
    network: "flights",
    loss: "binaryCrossentropy",
    ...ADAM,
    decays: false,
    load: flights,
  },
};

/** Builds a task's network and compiles it. */
export function buildModel({ network, loss, optimizer, rate }: Task, seed: number): tf.LayersModel {
  const model = tf.sequential({ layers: LAYERS[network](seed) });
  model.compile({ optimizer: optimizer(rate), loss });
  return model;
}

/** Computes a task's learning rate after a share of an arm's time. */
export function rateAt({ rate, decays }: Task, share: number): number {
  if (!decays || share < 0.4) return rate;
  return share < 0.8 ? rate / 5 : rate / 25;
}
