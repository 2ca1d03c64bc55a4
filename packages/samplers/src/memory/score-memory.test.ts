import { createRandom, type Random } from "@unequal/core";
import { describe, expect, test } from "vitest";
import type { Distribution } from "../draws/distribution.js";
import { createScoreMemory, type ScoreMemory } from "./score-memory.js";

const N = 13;

/** What is known of an id, the plainest way. */
type Known = Map<number, { readonly score: number; readonly scoredAt: number }>;

function naiveLaw(known: Known, uniform: number, all: boolean): number[] {
  const scores = [...known.values()].map(({ score }) => score);
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const values = Array.from({ length: N }, (_, id) => known.get(id)?.score ?? (all ? mean : 0));
  const total = values.reduce((sum, value) => sum + value, 0);
  return values.map((value) => (total > 0 ? uniform / N + ((1 - uniform) * value) / total : 1 / N));
}

function probabilities({ probability }: Distribution): number[] {
  return Array.from({ length: N }, (_, id) => probability(id));
}

function close(values: readonly number[]): number[] {
  return values.map((value) => expect.closeTo(value, 12) as number);
}

/** Sets and forgets at random, in the memory and next to it. */
function wander(random: Random, memory: ScoreMemory, known: Known, scoredAt: number): void {
  for (let times = random.integer(5); times > 0; times--) {
    const id = random.integer(N);
    const score = random.uniform() < 0.2 ? 0 : random.uniform() * 10 ** random.integer(3);
    memory.set(id, score, scoredAt);
    known.set(id, { score, scoredAt });
  }
  if (random.uniform() < 0.3) {
    const before = scoredAt - random.integer(6);
    memory.forgetBefore(before);
    for (const [id, entry] of known) if (entry.scoredAt < before) known.delete(id);
  }
}

test("is what a map and loops over it give, through sets and forgetting", () => {
  const random = createRandom(1);
  const memory = createScoreMemory(N);
  const known: Known = new Map();
  for (let scoredAt = 0; scoredAt < 400; scoredAt++) {
    wander(random, memory, known, scoredAt);
    expect(memory.known()).toBe(known.size);
    const mean = [...known.values()].reduce((sum, { score }) => sum + score, 0) / (known.size || 1);
    expect(memory.mean()).toBeCloseTo(mean, 10);
    for (let id = 0; id < N; id++)
      expect(memory.get(id)).toBeCloseTo(known.get(id)?.score ?? mean, 10);
    for (const uniform of [0, 0.3, 1]) {
      expect(probabilities(memory.lawOfAll(uniform))).toEqual(
        close(naiveLaw(known, uniform, true)),
      );
      const ofKnown = probabilities(memory.lawOfKnown(uniform));
      expect(ofKnown).toEqual(close(naiveLaw(known, uniform, false)));
    }
  }
});

describe.each([
  ["none known", []],
  ["some known", [0, 4, 9, 11]],
  ["all known", Array.from({ length: N }, (_, id) => id)],
] as const)("%s", (_, ids) => {
  const memory = createScoreMemory(N);
  for (const id of ids) memory.set(id, id === 4 ? 0 : 1 + id ** 2, 0);

  test.each([
    ["all", memory.lawOfAll(0.2)],
    ["the known", memory.lawOfKnown(0.2)],
  ])("draws of %s come up with their probabilities", (__, law) => {
    const random = createRandom("memory");
    const draws = 40_000;
    const counts = new Float64Array(N);
    for (let draw = 0; draw < draws; draw++) {
      const id = law.draw(random);
      counts[id] = (counts[id] as number) + 1;
    }
    probabilities(law).forEach((p, id) => {
      // Five standard errors for each of 13 ids: by Bonferroni's correction wrong once in 130,000.
      const allowed = 5 * Math.sqrt((p * (1 - p)) / draws);
      expect(Math.abs((counts[id] as number) / draws - p)).toBeLessThanOrEqual(allowed);
    });
  });
});

test("a restored memory goes on as the saved one, ages included", () => {
  const random = createRandom(2);
  const memory = createScoreMemory(N);
  const known: Known = new Map();
  for (let scoredAt = 0; scoredAt < 50; scoredAt++) wander(random, memory, known, scoredAt);
  const again = createScoreMemory(N);
  again.set(3, 7, 12);
  again.restore(structuredClone(memory.state()));
  for (const each of [memory, again]) {
    each.set(1, 5, 50);
    each.forgetBefore(48);
  }
  expect(again.state()).toEqual(memory.state());
  const rows = [memory, again].map((each) => {
    const source = createRandom(3);
    const law = each.lawOfAll(0.1);
    return Array.from({ length: 50 }, () => law.draw(source));
  });
  expect(rows[1]).toEqual(rows[0]);
});
