import * as tf from "@tensorflow/tfjs";
import { inputInvalid } from "../engine/check-inputs.js";
import { defineKernel } from "../engine/define-kernel.js";
import { describeTensor } from "../engine/simd-arguments.js";

/**
 * Cuts a range out of one axis, run by run; ranges of several axes are left to the stock kernel, which goes
 * number by number, and does not say where they lie outside.
 */
export const slice = defineKernel<tf.SliceInputs, tf.SliceAttrs>(
  tf.Slice,
  ({ inputs: { x }, attrs: { begin, size }, engine, stock }) => {
    const { shape, dtype } = x;
    const [from = [], lengths = []] = tf.slice_util.parseSliceParams(x, begin, size);
    tf.slice_util.assertParamsValid(x, from, lengths);
    // a length that was left open is negative where the range starts beyond the end
    if (![...from, ...lengths].every((value) => Number.isInteger(value) && value >= 0))
      throw inputInvalid(
        `A range must start and be long by whole numbers from 0, but starts at [${from.join()}] and is [${lengths.join()}] long, of ${describeTensor(x)}`,
      );
    const cut = shape.flatMap((length, axis) => (lengths[axis] === length ? [] : [axis]));
    const [axis = 0, ...others] = cut;
    if (others.length > 0 || (dtype !== "float32" && dtype !== "int32")) return stock();
    const out = engine.output(lengths, dtype);
    const width = tf.util.sizeFromShape(shape.slice(axis + 1));
    const outer = tf.util.sizeFromShape(shape.slice(0, axis));
    const length = width * (lengths[axis] ?? 1);
    const source = {
      tensor: x,
      offset: width * (from[axis] ?? 0),
      step: width * (shape[axis] ?? 1),
    };
    const target = { tensor: out, offset: 0, step: length };
    engine.copyRuns(source, target, { runs: outer, length });
    return out;
  },
);
