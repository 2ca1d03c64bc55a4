import { defineScorer, type Observation } from "@unequal/core";
import { setUpPart } from "@unequal/core/testing";
import { expect, test } from "vitest";
import { observedScores, trainedScores } from "./observed-scores.js";
import { loss } from "../scorers/loss.js";
import { upperBound } from "../scorers/upper-bound.js";

const observation: Observation = {
  ids: Uint32Array.of(7, 2, 9),
  signals: {
    loss: Float32Array.of(3, 1, 2),
    "output-gradient": Float32Array.of(1, 2, 3, 4, 5, 6),
    embedding: Float32Array.of(1, 1, 2, 2, 3, 3),
  },
  weights: Float32Array.of(2, 0.5, 1),
  version: 4,
};

test("takes the first stage's weight out of losses and gradients, not out of outputs", () => {
  expect([...(observedScores(observation, setUpPart(loss()).role) ?? [])]).toEqual([1.5, 2, 2]);
  const norm = (name: string) =>
    setUpPart(
      defineScorer({
        name: "sum",
        summary: "Adds up a vector.",
        setup: () => ({
          requires: [name],
          score: ({ ids, signals }) =>
            Float32Array.from(
              ids,
              (_, row) =>
                (signals[name]?.[2 * row] as number) + (signals[name]?.[2 * row + 1] as number),
            ),
        }),
      })(),
    ).role;
  expect([...(observedScores(observation, norm("output-gradient")) ?? [])]).toEqual([1.5, 14, 11]);
  expect([...(observedScores(observation, norm("embedding")) ?? [])]).toEqual([2, 4, 6]);
});

test("is undefined where the step did not bring what the scorer needs", () => {
  const { role } = setUpPart(upperBound());
  expect(observedScores(observation, role)).toBeUndefined();
  expect(() => trainedScores(observation, role, "test")).toThrow(
    expect.objectContaining({ code: "SIGNAL_UNAVAILABLE" }),
  );
});

test.each([NaN, Infinity, -1])("a score of %f names the example", (value) => {
  const signals = { loss: Float32Array.of(3, value, 2) };
  expect(() => observedScores({ ...observation, signals }, setUpPart(loss()).role)).toThrow(
    expect.objectContaining({
      code: "SCORE_NOT_FINITE",
      message: expect.stringContaining("example 2 ") as string,
    }),
  );
});
