import { expect, test } from "vitest";
import type { StepDecision } from "../contracts/scheduler.js";
import { EventBus } from "../events.js";
import { rateScaler } from "./rate-scale.js";

/** Each factor that comes through, and each warning, of a run of these parts. */
function scaled(
  rates: readonly (number | undefined)[],
  { claimsNoBias = true, estimator = true, learner = true } = {},
) {
  const events = new EventBus(() => ({ step: 0, seconds: 0 }));
  const warnings: string[] = [];
  events.on("warning", ({ code, message }) => void warnings.push(`${code}: ${message}`));
  const scale = rateScaler({
    events,
    claimsNoBias,
    estimator: { scalesRate: estimator },
    learner: {
      facts: { scalesRate: learner } as Parameters<typeof rateScaler>[0]["learner"]["facts"],
    },
  });
  const decide = (rate: number | undefined): StepDecision => ({
    importance: true,
    candidates: 8,
    count: 4,
    ...(rate !== undefined && { rate }),
  });
  return { factors: rates.map((rate) => scale(decide(rate))), warnings };
}

test("a factor comes through as it is, below 1 too, and absent it is 1", () => {
  expect(scaled([undefined, 1, 2.5, 0.25])).toEqual({ factors: [1, 1, 2.5, 0.25], warnings: [] });
});

test.each([
  ["weights leave a bias", { claimsNoBias: false }, /the weighting "unbiased"/],
  ["the estimator has a variance of its own", { estimator: false }, /the estimator "plain"/],
  ["the optimizer cannot bear it", { learner: false }, /SGD, momentum or Adam/],
])("where %s it is 1, with one warning, at the first step that differs", (_, parts, advice) => {
  const { factors, warnings } = scaled([1, 1, 2, 0.5], parts);
  expect(factors).toEqual([1, 1, 1, 1]);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(/^RATE_UNSCALED: /);
  expect(warnings[0]).toMatch(advice);
  expect(scaled([1, undefined], parts).warnings).toEqual([]);
});

test.each([0, -1, NaN, Infinity])("%s is refused, wherever it would be used", (rate) => {
  const parts = [{}, { estimator: false }] as const;
  for (const each of parts)
    expect(() => scaled([rate], each)).toThrow(expect.objectContaining({ code: "RATE_INVALID" }));
});
