import { expect, test } from "vitest";
import type { Behaviour } from "../plugin/facts.js";
import type { PartContext } from "../plugin/part.js";
import { drawFrom, honest, scoresOf, shares, subjectOf } from "./honest-sampler.js";
import { findBroken } from "./law.js";
import { COUNT, poolOf } from "./sampler-run.js";
import { samplerLaws } from "./sampler-laws.js";

const pool = poolOf(
  subjectOf((context) => honest(context)),
  0,
);
const p = shares(scoresOf(pool));
const rows = [...p.keys()].sort((a, b) => (p[a] as number) - (p[b] as number));
const [COLDEST = 0, MIDDLE = 0, HOTTEST = 0] = [rows[0], rows[8], rows[15]];

/** Draws one row by a share δ more often than it states. */
function biased(row: number, share: number): (context: PartContext) => Behaviour<"sampler"> {
  return (context) => ({
    ...honest(context),
    select: (given, count) => {
      const stated = shares(scoresOf(given));
      const { uniform } = context.random;
      if (stated.length < p.length) return drawFrom(stated, stated, { count, uniform });
      const more = share * (stated[row] as number);
      const rest = 1 - more / (1 - (stated[row] as number));
      const drawn = stated.map((each, at) => (at === row ? each + more : each * rest));
      return drawFrom(drawn, stated, { count, uniform });
    },
  });
}

/** The bias that {@link describeSampler} says is found with probability Φ(z): δ = (5.5 + z) σ / (e √n). */
function found(row: number, draws: number, z: number): number {
  const e = COUNT * (p[row] as number);
  return ((5.5 + z) * Math.sqrt(e * (1 - e / COUNT))) / (e * Math.sqrt(draws));
}

async function complaint(row: number, share: number, draws?: number): Promise<string> {
  const laws = samplerLaws.filter(({ name }) => name.startsWith("is unbiased"));
  const subject = subjectOf(biased(row, share), draws === undefined ? {} : { draws });
  const [broken] = await findBroken(laws, subject);
  return broken?.message ?? "";
}

test.each([
  ["coldest", COLDEST],
  ["middle", MIDDLE],
  ["hottest", HOTTEST],
])("by default the bias that the suite says it finds is found: the %s row's", async (_, row) => {
  expect(await complaint(row, found(row, 10_000, 3))).toMatch(
    new RegExp(`the sum of coefficients of row ${row} must be 0.0625 on average`),
  );
});

test("the figures in the suite's comment", () => {
  const expected = [HOTTEST, COLDEST].map((row) => COUNT * (p[row] as number));
  expect(expected.map((e) => e.toFixed(2))).toEqual(["2.18", "0.05"]);
  const percent = (row: number, draws: number) => (100 * found(row, draws, 3)).toFixed(1);
  expect([percent(HOTTEST, 10_000), percent(COLDEST, 10_000)]).toEqual(["4.3", "39.3"]);
  expect([percent(HOTTEST, 200_000), percent(COLDEST, 200_000)]).toEqual(["1.0", "8.8"]);
});

test("a bias of 1 % is passed over by default, and found by more draws", async () => {
  const draws = 150_000;
  expect(found(HOTTEST, draws, 2)).toBeLessThan(0.01);
  expect(await complaint(HOTTEST, 0.01)).toBe("");
  expect(await complaint(HOTTEST, 0.01, draws)).toMatch(
    new RegExp(`row ${HOTTEST} must be 0.0625 on average, .* over 150000 draws`),
  );
});

test("fewer draws than the default are refused", async () => {
  expect(await complaint(HOTTEST, 0, 500)).toMatch(/at least 10000, but is 500/);
});
