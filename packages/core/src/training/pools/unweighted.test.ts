import { expect, test } from "vitest";
import { unweighted } from "./unweighted.js";

const signals = {
  loss: Float32Array.of(3, 1, 2),
  "output-gradient": Float32Array.of(1, 2, 3, 4, 5, 6),
  embedding: Float32Array.of(1, 1, 2, 2, 3, 3),
};

test("weights are taken out of losses and gradients, not out of outputs", () => {
  expect(unweighted(signals, Float32Array.of(2, 0.5, 1))).toEqual({
    loss: Float32Array.of(1.5, 2, 2),
    "output-gradient": Float32Array.of(0.5, 1, 6, 8, 5, 6),
    embedding: signals.embedding,
  });
});

test("without weights signals are as they are", () => {
  expect(unweighted(signals, undefined)).toBe(signals);
});
