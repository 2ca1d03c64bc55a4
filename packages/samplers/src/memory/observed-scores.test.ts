import { type Observation } from "@unequal/core";
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
  scoredAt: 4,
};

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
