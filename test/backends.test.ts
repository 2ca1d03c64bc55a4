import * as tf from "@tensorflow/tfjs";
import { cpu, wasm } from "@unequal/backends";
import { describeBackend, toyDataset } from "@unequal/core/testing";
import { smallClassifier } from "./classifier.js";

for (const part of [cpu(), wasm()]) {
  describeBackend({
    part,
    model: () => smallClassifier({ width: 6, classes: 3, hidden: 8 }),
    dataset: toyDataset({ size: 24, features: 6, outputs: 3 }),
    alive: () => tf.memory().numTensors,
    disposeModel: (model) => {
      const { optimizer } = model as tf.LayersModel;
      (model as tf.LayersModel).dispose();
      optimizer.dispose();
    },
  });
}
