import * as tf from "@tensorflow/tfjs";
import { expectNumbers, inputInvalid } from "../engine/check-inputs.js";
import { defineKernel } from "../engine/define-kernel.js";
import { describeTensor } from "../engine/simd-arguments.js";

/** Repeats x along its axes, one after the other, the last first. */
export const tile = defineKernel<tf.TileInputs, tf.TileAttrs>(
  tf.Tile,
  ({ inputs: { x }, attrs: { reps }, engine, stock }) => {
    expectNumbers({ x });
    if (
      reps.length !== x.shape.length ||
      !reps.every((times) => Number.isInteger(times) && times >= 0)
    )
      throw inputInvalid(
        `Repetitions must be one whole number from 0 for each axis, but are [${reps.join()}] of ${describeTensor(x)}`,
      );
    if (x.dtype !== "float32" && x.dtype !== "int32") return stock();
    let result = engine.share(x);
    for (let axis = reps.length - 1; axis >= 0; axis--) {
      const times = reps[axis] as number;
      if (times === 1) continue;
      const { shape } = result;
      const next = engine.output(
        shape.map((length, at) => (at === axis ? length * times : length)),
        x.dtype,
      );
      const outer = tf.util.sizeFromShape(shape.slice(0, axis));
      const width = tf.util.sizeFromShape(shape.slice(axis));
      if (times > 0) engine.call("repeatRows", result, outer, width, times, next);
      engine.dispose(result);
      result = next;
    }
    return result;
  },
);
