import * as tf from "@tensorflow/tfjs";
import { defineKernel } from "../define-kernel.js";

const BYTES = 4;

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
    const cut = shape.flatMap((length, axis) => (lengths[axis] === length ? [] : [axis]));
    const [axis = 0, ...others] = cut;
    if (others.length > 0 || (dtype !== "float32" && dtype !== "int32")) return stock();
    const out = engine.output(lengths, dtype);
    const width = BYTES * tf.util.sizeFromShape(shape.slice(axis + 1));
    const outer = tf.util.sizeFromShape(shape.slice(0, axis));
    const [row, run] = [width * (shape[axis] ?? 1), width * (lengths[axis] ?? 1)];
    const [source, target] = [engine.address(x) + width * (from[axis] ?? 0), engine.address(out)];
    for (let at = 0; at < outer; at++) engine.copy(source + at * row, target + at * run, run);
    return out;
  },
);
