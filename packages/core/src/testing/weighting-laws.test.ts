import { describe, expect, test } from "vitest";
import type { Weighting } from "../contracts/weighting.js";
import { UnequalError } from "../errors.js";
import { defineWeighting } from "../plugin/part.js";
import { Registry } from "../plugin/registry.js";
import { expectBroken, type Breach } from "./expect-broken.js";
import { brokenLaws } from "./law.js";
import { weightingLaws } from "./weighting-laws.js";

const registry = new Registry([]);

describe("weighting laws", () => {
  const subject = (setup: () => Weighting["coefficients"]) => ({
    part: defineWeighting({
      name: "subject",
      summary: "Test.",
      unbiased: true,
      setup: () => ({ coefficients: setup() }),
    })(),
    registry,
  });
  const unbiased: Weighting["coefficients"] = ({ expected, population }) => {
    if (expected === undefined) throw new UnequalError("WEIGHTING_NEEDS_EXPECTATION", "none");
    return expected.map((e) => 1 / (population * e));
  };

  test("hold for the unbiased law", async () => {
    expect(
      await brokenLaws(
        weightingLaws,
        subject(() => unbiased),
      ),
    ).toEqual([]);
  });

  const faults: readonly (readonly [string, () => Weighting["coefficients"], Breach])[] = [
    [
      "divides by the rows that came, not by those planned",
      () =>
        (selection, ...rest) =>
          unbiased(selection, ...rest).map((c) => (c * selection.planned) / selection.rows.length),
      "is unbiased",
    ],
    [
      "weighs all rows alike",
      () =>
        ({ rows, planned }) =>
          new Float64Array(rows.length).fill(1 / planned),
      "is unbiased",
    ],
    [
      "invents expectations that it is not given",
      () =>
        (selection, ...rest) =>
          selection.expected === undefined
            ? new Float64Array(selection.rows.length).fill(1 / selection.planned)
            : unbiased(selection, ...rest),
      "gets none",
    ],
    [
      "divides by the sum of the scores",
      () => (selection, scores, progress) => {
        const total = scores?.reduce((sum, score) => sum + score, 0) ?? 1;
        return unbiased(selection, scores, progress).map((c) => (total > 0 ? c : c / total));
      },
      "a finite coefficient",
    ],
    [
      "keeps the population of its first selection",
      () => {
        let first: number | undefined;
        return (selection, ...rest) => {
          first ??= selection.population;
          return unbiased({ ...selection, population: first }, ...rest);
        };
      },
      [
        "is unbiased",
        /at update 2, coefficient · population · expected: expected .* to be close to 1/,
      ],
    ],
    [
      "keeps the scores of its first selection",
      () => {
        let first: number | undefined;
        return (selection, scores, progress) => {
          first ??= scores?.[0] ?? 0;
          const uniform = selection.expected?.every((e) => e === 0.25) ?? false;
          return unbiased(selection, scores, progress).map((c) =>
            uniform ? c : c * (first as number),
          );
        };
      },
      ["whatever it has weighed before", /taken back to its beginning/],
    ],
    [
      "weighs otherwise after 100 selections",
      () => {
        let calls = 0;
        return (...given) => unbiased(...given).map((c) => (calls > 100 ? 2 * c : c), calls++);
      },
      ["whatever it has weighed before", /taken back to its beginning/],
    ],
    [
      "is biased late in a run",
      () => (selection, scores, progress) =>
        unbiased(selection, scores, progress).map((c) => (progress.update > 50 ? 1.1 * c : c)),
      ["is unbiased", /at update 51/],
    ],
    [
      "works in the selection's own array",
      () =>
        ({ expected, population, rows }) => {
          const own = expected ?? new Float64Array(rows.length);
          own.forEach((e, at) => (own[at] = 1 / (population * e)));
          return own;
        },
      "leaves selection and scores",
    ],
  ];

  test.each(faults)("catch a weighting that %s", async (_, setup, fragment) => {
    await expectBroken(weightingLaws, subject(setup), fragment);
  });
});
