import * as tf from "@tensorflow/tfjs";
import { numbers, oneHot } from "../columns.js";
import { inRow } from "../compiled.js";
import type { DifferentialCase, FitOptions, Trainee } from "../differential-case.js";
import { inMemory, streamed } from "../steps.js";
import { batches } from "../streams.js";

const data = { x: numbers([12, 4], "x"), y: oneHot([12], 3, "y") };

function classifier(): tf.LayersModel {
  const head = tf.layers.dense({ units: 3, activation: "softmax", inputShape: [4] });
  return inRow([head], { loss: "categoricalCrossentropy", metrics: ["accuracy"] });
}

type Make = (model: tf.LayersModel) => unknown;

function fitWith(make: Make, options: FitOptions = {}) {
  return (trainee: Trainee) =>
    inMemory(data, { ...options, callbacks: make(trainee.model) })(trainee);
}

function streamWith(make: Make, options: FitOptions = {}) {
  return (trainee: Trainee) =>
    streamed(() => batches(data), { ...options, callbacks: make(trainee.model) })(trainee);
}

/** Stops at a moment of the first epoch that is not before `from`. */
function stopping(moment: "onEpochBegin" | "onEpochEnd", from: number): Make {
  return (model) => ({
    [moment]: (epoch: number) => {
      if (epoch >= from) model.stopTraining = true;
      return Promise.resolve();
    },
  });
}

function stoppingAfterBatch(at: number): Make {
  return (model) => ({
    onBatchEnd: (batch: number) => {
      if (batch === at) model.stopTraining = true;
      return Promise.resolve();
    },
  });
}

/** Halves the learning rate of stochastic gradient descent before every epoch. */
const halving: Make = ({ optimizer }) => ({
  onEpochBegin: (epoch: number) => {
    (optimizer as tf.SGDOptimizer).setLearningRate(0.1 / 2 ** epoch);
    return Promise.resolve();
  },
});

/** Scales the weights in the middle of an epoch, as weight decay or clipping would. */
const scaling: Make = (model) => ({
  onBatchEnd: (batch: number) => {
    if (batch === 1) tf.tidy(() => model.setWeights(model.getWeights().map((w) => tf.mul(w, 0.9))));
    return Promise.resolve();
  },
});

// eslint-disable-next-line no-restricted-syntax -- callbacks of TensorFlow.js are classes
class Stopper extends tf.Callback {
  override onEpochEnd(epoch: number): Promise<void> {
    if (epoch === 1) this.model.stopTraining = true;
    return Promise.resolve();
  }
}

const early = (options: Parameters<typeof tf.callbacks.earlyStopping>[0]): Make => {
  return () => tf.callbacks.earlyStopping(options);
};
const five = { epochs: 5 };

/** What callbacks do to a fit; which are called, in which order and with which logs is compared in all other cases. */
export const callbacks: readonly DifferentialCase[] = [
  {
    name: "stop at the end of an epoch",
    model: classifier,
    steps: [fitWith(stopping("onEpochEnd", 1), five)],
  },
  {
    name: "stop at the beginning of an epoch, which has a batch all the same",
    model: classifier,
    steps: [fitWith(stopping("onEpochBegin", 1), five)],
  },
  {
    name: "stop in the middle of an epoch",
    model: classifier,
    steps: [fitWith(stoppingAfterBatch(1), five)],
  },
  {
    name: "stop at the end of an epoch of a stream",
    model: classifier,
    steps: [streamWith(stopping("onEpochEnd", 1), five)],
  },
  {
    name: "stop in the middle of an epoch of a stream",
    model: classifier,
    steps: [streamWith(stoppingAfterBatch(1), five)],
  },
  {
    name: "stop, and a second fit that goes on",
    model: classifier,
    steps: [fitWith(stopping("onEpochEnd", 0), five), inMemory(data)],
  },
  {
    name: "stop early, by loss",
    model: classifier,
    steps: [fitWith(early({ monitor: "loss", minDelta: 10, patience: 1 }), five)],
  },
  {
    name: "stop early, by the accuracy of validation",
    model: classifier,
    steps: [
      fitWith(early({ monitor: "val_acc", patience: 0, mode: "max" }), {
        ...five,
        validationSplit: 1 / 3,
      }),
    ],
  },
  {
    name: "a tf.Callback of one's own",
    model: classifier,
    steps: [fitWith(() => new Stopper(), five)],
  },
  {
    name: "several tf.Callbacks",
    model: classifier,
    steps: [fitWith((model) => [new Stopper(), early({ monitor: "loss" })(model)], five)],
  },
  {
    name: "several objects",
    model: classifier,
    steps: [fitWith((model) => [halving(model), stopping("onEpochEnd", 2)(model)], five)],
  },
  {
    name: "change the learning rate",
    model: classifier,
    steps: [fitWith(halving, five), streamWith(halving)],
  },
  { name: "change the weights", model: classifier, steps: [fitWith(scaling)] },
];
