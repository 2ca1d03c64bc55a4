import { drawFrom } from "@unequal/core";
import type { Draw } from "./draw.js";
import { inProportion } from "./in-proportion.js";

/**
 * Draws independently, by binary search in the cumulative sum. Var[times drawn] = e (1 − e/b), stated as e: the
 * rest is shared by all draws of fixed size, and so that V = 1 in the gain. O(B + b log B).
 */
export const multinomial: Draw = {
  expect: inProportion,
  variance: (expected) => expected,
  draw: (expected, random) => drawFrom({ expected, variance: (e) => e }, random).rows,
};
