import { readFileSync } from "node:fs";
import { createRandom, type Part, type Pool } from "@unequal/core";
import { setUpPart, toyPool, toyProgress } from "@unequal/core/testing";
import { describe, expect, test } from "vitest";
import {
  allTriplets,
  batchHard,
  hardPairs,
  hardTriplets,
  proportional,
  semiHard,
  uniform,
} from "../index.js";

type Triplet = readonly number[];
interface Case {
  readonly embeddings: readonly (readonly number[])[];
  readonly labels: readonly number[];
  readonly margin: number;
  readonly "batch-hard": readonly Triplet[];
  readonly "all-triplets": readonly Triplet[];
  readonly "hard-triplets": readonly Triplet[];
  readonly "semi-hard": readonly Triplet[];
}

const { cases } = JSON.parse(
  readFileSync(new URL("../../testing/mining-fixtures.json", import.meta.url), "utf8"),
) as { readonly cases: readonly Case[] };

function poolOf({ embeddings, labels }: Pick<Case, "embeddings" | "labels">): Pool {
  const pool = toyPool({ ids: Uint32Array.from(labels.keys()), scores: null });
  const signals = { embedding: Float32Array.from(embeddings.flat()) };
  return { ...pool, labels: Int32Array.from(labels), signals };
}

function mined(part: Part<"sampler">, pool: Pool, seed = 0): number[][] {
  const { rows, arity = 1 } = setUpPart(part, { seed }).role.select(pool, 1, toyProgress(0));
  const groups = Array.from({ length: rows.length / arity }, (_, at) =>
    Array.from(rows.subarray(at * arity, (at + 1) * arity)),
  );
  return groups;
}

function sorted(triplets: readonly Triplet[]): readonly Triplet[] {
  const key = (triplet: Triplet): number => triplet.reduce((sum, row) => 100 * sum + row, 0);
  return [...triplets].sort((a, b) => key(a) - key(b));
}

/** d = ‖u_i − u_j‖² = 2 − 2 cos, by the cosine. */
function distanceOf({ embeddings }: Case, i: number, j: number): number {
  const dot = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, value, at) => sum + Math.fround(value) * Math.fround(b[at] as number), 0);
  const [a, b] = [embeddings[i] ?? [], embeddings[j] ?? []];
  return 2 - (2 * dot(a, b)) / Math.sqrt(dot(a, a) * dot(b, b));
}

describe.each(cases.map((one, at) => [at, one] as const))("random embeddings %i", (_, one) => {
  const { margin } = one;
  const pool = poolOf(one);

  test("mines the triplets that pytorch-metric-learning mines", () => {
    const semi = semiHard({ margin, fallback: "none", negatives: "all" });
    expect(sorted(mined(batchHard(), pool))).toEqual(one["batch-hard"]);
    expect(sorted(mined(hardTriplets(), pool))).toEqual(one["hard-triplets"]);
    expect(sorted(mined(allTriplets({ margin }), pool))).toEqual(one["all-triplets"]);
    expect(sorted(mined(semi, pool))).toEqual(one["semi-hard"]);
  });

  test("takes the nearest negative beyond the positive, or the farthest, as FaceNet's code does", () => {
    const rows = [...one.labels.keys()];
    const wanted: Triplet[] = [];
    for (const a of rows)
      for (const p of rows) {
        if (a === p || one.labels[a] !== one.labels[p]) continue;
        const to = (row: number): number => distanceOf(one, a, row);
        const others = rows
          .filter((row) => one.labels[row] !== one.labels[a])
          .sort((m, n) => to(m) - to(n));
        const beyond = others.find((n) => to(n) > to(p));
        const n = beyond ?? others.at(-1);
        if (n !== undefined && to(n) - to(p) <= margin) wanted.push([a, p, n]);
      }
    expect(sorted(mined(semiHard({ margin }), pool))).toEqual(sorted(wanted));
    const all = mined(semiHard({ margin, negatives: "all" }), pool);
    const fallen = wanted.filter(
      ([a = 0, p = 0, n = 0]) => distanceOf(one, a, n) <= distanceOf(one, a, p),
    );
    expect(sorted(all)).toEqual(sorted([...one["semi-hard"], ...fallen]));
  });

  test("mines the hardest pairs: of all positive pairs, and of as many negative ones", () => {
    const pairs = mined(hardPairs({ positives: 2, negatives: 1 }), pool);
    const rows = [...one.labels.keys()];
    const alike = rows.flatMap((i) =>
      rows.filter((j) => j > i && one.labels[i] === one.labels[j]).map((j) => [i, j]),
    );
    const far = (pair: readonly number[]): number => distanceOf(one, pair[0] ?? 0, pair[1] ?? 0);
    const kept = Math.ceil(alike.length / 2);
    const hardest = alike.sort((a, b) => far(b) - far(a)).slice(0, kept);
    expect(pairs.slice(0, kept)).toEqual(hardest);
    const others = pairs.slice(kept);
    const distinct = new Set(others.map(([i = 0, j = 0]) => (i < j ? 100 * i + j : -1)));
    expect(distinct.has(-1)).toBe(false);
    const unlike = (rows.length * (rows.length - 1)) / 2 - alike.length;
    expect(distinct.size).toBe(Math.min(alike.length, unlike));
    for (const [i = 0, j = 0] of others) expect(one.labels[i]).not.toBe(one.labels[j]);
    expect(others.map(far)).toEqual(others.map(far).sort((a, b) => a - b));
  });
});

test("fixtures reach every case: classes of one, and fallbacks", () => {
  const lone = cases.filter(({ labels }) => labels.some((label) => label >= 100));
  expect(lone.length).toBeGreaterThan(5);
  const total = cases.reduce((sum, one) => sum + one["semi-hard"].length, 0);
  expect(total).toBeGreaterThan(100);
});

test("a row drawn twice is not its own positive, and nothing to mine is an empty selection", () => {
  const random = createRandom(1);
  const embeddings = Array.from({ length: 4 }, () => [random.uniform(), random.uniform()]);
  const pool = poolOf({ embeddings, labels: [0, 0, 1, 1] });
  const twice = { ...pool, ids: Uint32Array.of(7, 7, 8, 8) };
  const alike = { ...pool, labels: new Int32Array(4) };
  for (const part of [
    allTriplets({ margin: 4 }),
    batchHard(),
    hardTriplets(),
    semiHard(),
    hardPairs(),
  ]) {
    expect(mined(part, twice), part.name).toEqual([]);
    if (part.name !== "hard-pairs") expect(mined(part, alike), part.name).toEqual([]);
  }
});

test("an embedding of zeros is at distance 1 from all others", () => {
  const pool = poolOf({
    embeddings: [
      [0, 0],
      [3, 4],
      [1, 0],
    ],
    labels: [0, 0, 1],
  });
  expect(mined(allTriplets({ margin: 0.001 }), pool)).toContainEqual([0, 1, 2]);
});

test("mining around a sampler that scores, or that mines, is refused", () => {
  for (const of of [proportional(), batchHard()])
    expect(() => setUpPart(semiHard({ of }))).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID" }),
    );
});

test("mining needs labels", () => {
  const { role } = setUpPart(semiHard({ of: uniform() }));
  expect(() => role.bind?.({ size: 9 })).toThrow(
    expect.objectContaining({ code: "LABELS_MISSING" }),
  );
});
