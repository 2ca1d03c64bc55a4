import * as tf from "@tensorflow/tfjs";
import { expectShape, inputInvalid } from "../engine/check-inputs.js";
import { defineKernel } from "../engine/define-kernel.js";
import { toFloat, toWhole } from "./conversions.js";

/**
 * Sums rows x [N, ...] by segment to [segments, ...], and so the gradient of a gather and of an Embedding.
 * Whole numbers are exact up to 2²⁴.
 */
export const unsortedSegmentSum = defineKernel<
  tf.UnsortedSegmentSumInputs,
  tf.UnsortedSegmentSumAttrs
>(tf.UnsortedSegmentSum, ({ inputs, attrs: { numSegments }, engine }) => {
  if (inputs.segmentIds.shape.length === 0)
    throw inputInvalid("Ids of segments must have an axis, but there is one id only");
  const outer = inputs.x.shape.slice(0, inputs.segmentIds.shape.length);
  expectShape("Ids of segments", inputs.segmentIds, outer);
  const x = toFloat(engine, inputs.x);
  const segmentIds = toWhole(engine, inputs.segmentIds);
  const rows = tf.util.sizeFromShape(segmentIds.shape);
  const inner = x.shape.slice(segmentIds.shape.length);
  const sums = engine.output([numSegments, ...inner]);
  const width = tf.util.sizeFromShape(inner);
  engine.call("segmentSum", x, segmentIds, rows, width, numSegments, sums);
  engine.dispose(x);
  engine.dispose(segmentIds);
  if (inputs.x.dtype !== "int32") return sums;
  const whole = toWhole(engine, sums);
  engine.dispose(sums);
  return whole;
});
