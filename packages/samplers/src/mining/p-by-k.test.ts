import { setUpPart, toyProgress } from "@unequal/core/testing";
import type { Sampler } from "@unequal/core";
import { expect, test } from "vitest";
import { pByK } from "../index.js";

/** Five classes of 1, 2, 3, 6 and 12 examples, their ids dealt in turns. */
const sizes = [1, 2, 3, 6, 12];
const labels = Int32Array.from(
  sizes
    .flatMap((size, label) => Array.from({ length: size }, (_, at) => ({ label, at })))
    .sort((a, b) => a.at - b.at),
  ({ label }) => label,
);
const facts = { size: labels.length, labels };
const start = toyProgress(0);

function bound(part: ReturnType<typeof pByK>): Sampler {
  const { role } = setUpPart(part, { seed: 5 });
  role.bind?.(facts);
  return role;
}

function classesOf(sampler: Sampler, count: number): Map<number, number> {
  const counts = new Map<number, number>();
  const { rows = new Int32Array() } = sampler.propose?.(count, start) ?? {};
  expect(new Set(rows).size).toBe(rows.length);
  for (const id of rows) {
    const label = labels[id] as number;
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return counts;
}

test("proposes K of each of P classes, all of a class of fewer, and none of a class of one", () => {
  const sampler = bound(pByK({ classes: 3, each: 5 }));
  const seen = new Set<number>();
  for (let draw = 0; draw < 50; draw++) {
    const counts = classesOf(sampler, 15);
    expect(counts.size).toBe(3);
    for (const [label, count] of counts) {
      seen.add(label);
      expect(count).toBe(Math.min(5, sizes[label] as number));
    }
  }
  expect([...seen].sort()).toEqual([1, 2, 3, 4]);
});

test.each([
  [{}, 12, 3, 4],
  [{}, 40, 4, 10],
  [{}, 5, 2, 2],
  [{ each: 3 }, 12, 4, 3],
  [{ classes: 2 }, 12, 2, 6],
  [{ classes: 9 }, 12, 4, 3],
])("fills a batch: %o of %i is %i classes of up to %i", (options, count, p, k) => {
  const counts = classesOf(bound(pByK(options)), count);
  expect(counts.size).toBe(p);
  for (const [label, each] of counts) expect(each).toBe(Math.min(k, sizes[label] as number));
});

test("states the expectation of its draws", () => {
  const sampler = bound(pByK({ classes: 2, each: 3 }));
  const times = new Float64Array(labels.length);
  const stated = new Float64Array(labels.length);
  const draws = 20_000;
  for (let draw = 0; draw < draws; draw++) {
    const proposal = sampler.propose?.(6, start);
    proposal?.rows.forEach((id, at) => {
      times[id] = (times[id] as number) + 1;
      stated[id] = proposal.expected?.[at] as number;
    });
  }
  stated.forEach((e, id) => {
    // Four standard errors of a share of e.
    const error = Math.sqrt((e * (1 - e)) / draws);
    expect(Math.abs((times[id] as number) / draws - e)).toBeLessThanOrEqual(4 * error);
  });
});

test("needs labels, of two classes of two", () => {
  const { role } = setUpPart(pByK());
  const missing = expect.objectContaining({ code: "LABELS_MISSING" });
  expect(() => role.bind?.({ size: 4 })).toThrow(missing);
  expect(() => role.bind?.({ size: 4, labels: Int32Array.of(0, 0, 0, 1) })).toThrow(missing);
});

test("refuses a batch that is too small", () => {
  const sampler = bound(pByK({ classes: 3, each: 5 }));
  expect(() => sampler.propose?.(14, start)).toThrow(
    expect.objectContaining({ code: "OPTION_INVALID" }),
  );
});
