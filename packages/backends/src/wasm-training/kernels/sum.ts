import * as tf from "@tensorflow/tfjs";
import { defineKernel } from "../define-kernel.js";
import { sumMiddle } from "./reduction.js";

/** Sums over axes. The stock kernel transposes x first where the last axis stays, as in every bias's gradient. */
export const sum = defineKernel<tf.SumInputs, tf.SumAttrs>(
  tf.Sum,
  ({ inputs: { x }, attrs, engine, stock }) => sumMiddle(engine, x, attrs)?.sum ?? stock(),
);
