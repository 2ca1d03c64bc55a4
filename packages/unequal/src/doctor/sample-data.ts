import { createRandom, type Dataset } from "@unequal/core";
import { arrays } from "@unequal/datasets";
import { CLASSES, type SampleModel } from "./sample-models.js";

/** Makes learnable data of a fixed seed for a sample model: its class raises every third input of an example. */
export function sampleData({ inputShape, vocabulary }: SampleModel, size: number): Dataset {
  const random = createRandom("doctor");
  const width = inputShape.reduce((product, axis) => product * axis, 1);
  const x = new Float32Array(size * width);
  const y = new Float32Array(size * CLASSES);
  for (let row = 0; row < size; row++) {
    const label = random.integer(CLASSES);
    y[row * CLASSES + label] = 1;
    for (let at = 0; at < width; at++)
      x[row * width + at] =
        vocabulary > 0
          ? random.integer(vocabulary)
          : random.uniform() + (at % CLASSES === label ? 1 : 0);
  }
  return arrays({ data: x, shape: [size, ...inputShape] }, { data: y, shape: [size, CLASSES] });
}
