import { createRandom, linear } from "@unequal/core";
import { describe, expect, test } from "vitest";
import {
  createPrioritizedReplay,
  type PrioritizedReplay,
  type PrioritizedReplayOptions,
} from "./prioritized-replay.js";

const BETA = { beta: 0.5 };

function replayOf(errors: readonly number[], options: Partial<PrioritizedReplayOptions> = {}) {
  const replay = createPrioritizedReplay<string>({ capacity: errors.length, ...options });
  errors.forEach((error, at) => replay.add(`item ${at}`, error));
  return replay;
}

/** P of every item held, by ticket, read off many draws. */
function probabilities(replay: PrioritizedReplay<string>): Map<number, number> {
  const found = new Map<number, number>();
  for (let draw = 0; draw < 40; draw++) {
    const { tickets, probabilities: p } = replay.sample(100, BETA);
    tickets.forEach((ticket, at) => found.set(ticket, p[at] as number));
  }
  return found;
}

function code(of: string): Error {
  return expect.objectContaining({ code: of }) as Error;
}

describe("a sample", () => {
  const errors = [0.1, -3, 0, 2, 0.5];
  const powers = errors.map((error) => (Math.abs(error) + 1e-6) ** 0.6);
  const total = powers.reduce((sum, power) => sum + power, 0);

  test("holds items with their tickets and P(i) = (|δ| + ε)^α / Σ", () => {
    const { items, tickets, probabilities: p } = replayOf(errors).sample(40, BETA);
    expect(items).toEqual(Array.from(tickets, (ticket) => `item ${ticket}`));
    const naive = Array.from(tickets, (ticket) => (powers[ticket] as number) / total);
    expect(Array.from(p)).toEqual(naive.map((each) => expect.closeTo(each, 14) as number));
  });

  test.each(["buffer", "batch", "none"] as const)(
    "weighs by (N P)^−β over the largest: %s",
    (normalise) => {
      const { tickets, weights } = replayOf(errors, { normalise }).sample(3, { beta: 0.7 });
      const raw = powers.map((power) => ((5 * power) / total) ** -0.7);
      const drawn = Array.from(tickets, (ticket) => raw[ticket] as number);
      const largest = { buffer: Math.max(...raw), batch: Math.max(...drawn), none: 1 }[normalise];
      expect(Array.from(weights)).toEqual(
        drawn.map((each) => expect.closeTo(each / largest, 6) as number),
      );
    },
  );

  test("is unbiased at β = 1 without normalisation: Σ of an item's weights / k is 1/N in expectation", () => {
    const replay = replayOf([1, 2, 4, 8, 16, 3, 5], { normalise: "none", seed: 3 });
    const draws = 5000;
    const sums = Array.from({ length: 7 }, () => ({ sum: 0, squares: 0 }));
    for (let draw = 0; draw < draws; draw++) {
      const { tickets, weights } = replay.sample(4, { beta: 1 });
      const once = Array.from({ length: 7 }, () => 0);
      tickets.forEach((ticket, at) => {
        once[ticket] = (once[ticket] as number) + (weights[at] as number) / 4;
      });
      once.forEach((value, at) => {
        const each = sums[at] as { sum: number; squares: number };
        each.sum += value;
        each.squares += value * value;
      });
    }
    // Five standard errors for each of seven items: by Bonferroni wrong once in 250,000.
    for (const { sum, squares } of sums) {
      const mean = sum / draws;
      const error = Math.sqrt((squares / draws - mean * mean) / draws);
      expect(Math.abs(mean - 1 / 7)).toBeLessThan(5 * error);
    }
  });

  test("by rank: P(i) = rank^−α / Σ, with the paper's α = 0.7", () => {
    const replay = replayOf(errors, { variant: "rank" });
    const naive = [1, 2, 3, 4, 5].map((rank) => rank ** -0.7);
    const sum = naive.reduce((all, each) => all + each, 0);
    const found = probabilities(replay);
    [1, 3, 4, 0, 2].forEach((ticket, rank) =>
      expect(found.get(ticket)).toBeCloseTo((naive[rank] as number) / sum, 14),
    );
  });
});

describe("β", () => {
  const weightOf = (
    options: Partial<PrioritizedReplayOptions>,
    moment: { readonly done?: number; readonly beta?: number } | undefined,
    samples = 1,
  ): number => {
    const replay = replayOf([1, 7], { normalise: "none", alpha: 1, ...options });
    const sample = () => replay.sample(1, moment);
    for (let drawn = 1; drawn < samples; drawn++) sample();
    const { weights, probabilities: p } = sample();
    return -Math.log(weights[0] as number) / Math.log(2 * (p[0] as number));
  };

  test("grows from 0.4 to 1 along training, by rank from 0.5", () => {
    expect(weightOf({}, { done: 0 })).toBeCloseTo(0.4, 5);
    expect(weightOf({}, { done: 0.5 })).toBeCloseTo(0.7, 5);
    expect(weightOf({}, { done: 1 })).toBeCloseTo(1, 5);
    expect(weightOf({ variant: "rank" }, { done: 0 })).toBeCloseTo(0.5, 5);
  });

  test("is the caller's, or a schedule's, which may count samples", () => {
    expect(weightOf({}, { beta: 0.9 })).toBeCloseTo(0.9, 5);
    expect(weightOf({ beta: 0.6 }, undefined)).toBeCloseTo(0.6, 5);
    expect(weightOf({ beta: linear(0, 1, "10up") }, undefined, 6)).toBeCloseTo(0.5, 5);
    // Two items drawn one at a time: two samples are an epoch.
    expect(weightOf({ beta: linear(0, 1, "5ep") }, undefined, 6)).toBeCloseTo(0.5, 5);
    expect(weightOf({ beta: linear(0, 1, "0.5dur") }, { done: 0.1 })).toBeCloseTo(0.2, 5);
  });

  test("asks how far training is where it must know", () => {
    expect(() => replayOf([1]).sample(1)).toThrow(code("OPTION_INVALID"));
    expect(() => replayOf([1]).sample(1)).toThrow(/done: step/);
  });
});

describe("mistakes that others made", () => {
  test("a capacity that is no power of two: every item is found, the last as the first", () => {
    for (const capacity of [1, 3, 5, 6, 7, 100, 1000]) {
      const replay = createPrioritizedReplay<number>({ capacity, alpha: 0 });
      for (let item = 0; item < 2 * capacity + 1; item++) replay.add(item);
      const { items } = replay.sample(20 * capacity, BETA);
      // α = 0 and stratified draws: 20 draws in each item's share.
      expect([...new Set(items)].sort((a, b) => a - b)).toEqual(
        Array.from({ length: capacity }, (_, at) => capacity + 1 + at),
      );
    }
  });

  test.each(["proportional", "rank"] as const)(
    "α is applied once to a new item (%s)",
    (variant) => {
      const replay = replayOf([16, 4, 1], { variant, alpha: 0.5, epsilon: 1e-12, capacity: 4 });
      const ticket = replay.add("new");
      const found = probabilities(replay);
      // |δ| 16, 4, 1 and 16 again: powers 4, 2, 1, 4. Ranks 1, 3, 4 and 2.
      const wanted =
        variant === "rank"
          ? 2 ** -0.5 / [1, 2, 3, 4].reduce((sum, rank) => sum + rank ** -0.5, 0)
          : 4 / 11;
      expect(found.get(ticket)).toBeCloseTo(wanted, 9);
    },
  );

  test("the largest priority shrinks with the errors, and with the item that had it", () => {
    const replay = replayOf([100, 1, 1, 1], { alpha: 1, epsilon: 1e-12 });
    replay.update([0], [1]);
    replay.add("after an update");
    expect([...probabilities(replay).values()]).toEqual(Array(4).fill(expect.closeTo(1 / 4, 9)));
    const overwritten = replayOf([100, 1, 1, 1], { alpha: 1, epsilon: 1e-12 });
    overwritten.add("in place of the largest");
    expect(probabilities(overwritten).get(4)).toBeCloseTo(1 / 4, 9);
  });

  test.each(["proportional", "rank"] as const)(
    "α = 0 is uniform, errors of 0 included (%s)",
    (variant) => {
      const found = probabilities(replayOf([0, 5, 1e9, 0], { variant, alpha: 0 }));
      expect([...found.values()]).toEqual(Array(4).fill(1 / 4));
      const { weights } = replayOf([0, 5], { variant, alpha: 0 }).sample(10, { beta: 1 });
      expect(Array.from(weights)).toEqual(Array(10).fill(1));
    },
  );

  test("an item that was overwritten since it was drawn is left out of the update, and counted", () => {
    const replay = replayOf([1, 1, 1]);
    replay.add("a younger one, in the slot of ticket 0", 1);
    expect(replay.update([0, 1, 0], [1e6, 2, 1e6])).toBe(2);
    const powers = { 1: 2 ** 0.6, 2: 1, 3: 1 };
    const found = probabilities(replay);
    for (const [ticket, power] of Object.entries(powers))
      expect(found.get(Number(ticket))).toBeCloseTo(power / (2 + 2 ** 0.6), 6);
  });

  test("N is the number of items held, not the capacity", () => {
    const replay = replayOf([1, 3], { capacity: 1000, normalise: "none", alpha: 1 });
    const { tickets, weights } = replay.sample(10, { beta: 1 });
    tickets.forEach((ticket, at) =>
      expect(weights[at]).toBeCloseTo(1 / (2 * ([1, 3][ticket] as number) * 0.25), 5),
    );
    expect(replay.size).toBe(2);
  });

  test("priorities do not drift out of range: P is what the errors say after 300,000 updates", () => {
    const random = createRandom(1);
    const size = 300;
    const replay = replayOf(Array<number>(size).fill(1), { alpha: 1, epsilon: 1e-9 });
    const errors = new Float64Array(size).fill(1);
    for (let change = 0; change < 300_000; change++) {
      const ticket = random.integer(size);
      errors[ticket] = random.uniform() * 10 ** (4 - change / 40_000);
      replay.update([ticket], [errors[ticket]]);
    }
    const total = errors.reduce((sum, error) => sum + error + 1e-9, 0);
    const { tickets, probabilities: p } = replay.sample(1000, BETA);
    tickets.forEach((ticket, at) => {
      const naive = ((errors[ticket] as number) + 1e-9) / total;
      expect((p[at] as number) / naive).toBeCloseTo(1, 10);
    });
  });
});

test.each(["proportional", "rank"] as const)(
  "continues bit for bit from its state (%s)",
  (variant) => {
    const options = { capacity: 50, variant, beta: linear(0.4, 1, "100up"), seed: "a" } as const;
    const live = (replay: PrioritizedReplay<number>, from: number) =>
      Array.from({ length: 30 }, (_, round) => {
        replay.add(from + round);
        const sample = replay.sample(8);
        replay.update(
          sample.tickets,
          sample.items.map((item) => Math.sin(item + round)),
        );
        return sample;
      });
    const first = createPrioritizedReplay<number>(options);
    for (let from = 0; from < 90; from += 30) live(first, from);
    const state = structuredClone(first.state());
    const kept = structuredClone(state);
    const continued = live(first, 90);
    const second = createPrioritizedReplay<number>({ ...options, seed: "b" });
    live(second, 1000);
    second.restore(state);
    expect(live(second, 90)).toEqual(continued);
    expect(second.state().priorities).toEqual(first.state().priorities);
    expect(second.state().items).toEqual(first.state().items);
    expect(state, "a state is not changed by the buffer that took it").toEqual(kept);
  },
);

test("another seed draws differently, and the same seed the same", () => {
  const [one, same, other] = [1, 1, 2].map((seed) =>
    replayOf([1, 2, 3, 4, 5, 6, 7, 8], { seed }).sample(20, BETA),
  );
  expect(same).toEqual(one);
  expect(other?.tickets).not.toEqual(one?.tickets);
});

describe("bad input is a coded error", () => {
  test.each([0, -5, 2.5, Number.NaN])("a capacity of %d", (capacity) => {
    expect(() => createPrioritizedReplay({ capacity })).toThrow(code("OPTION_INVALID"));
  });

  test.each([{ alpha: -1 }, { epsilon: 0 }, { beta: 2 }, { variant: "ranked" }, { aplha: 1 }])(
    "options %j",
    (wrong) => {
      const options = { capacity: 4, ...wrong } as PrioritizedReplayOptions;
      expect(() => createPrioritizedReplay(options)).toThrow(code("OPTION_INVALID"));
    },
  );

  test("sampling an empty buffer, no items, or at an impossible moment", () => {
    const empty = createPrioritizedReplay({ capacity: 4 });
    expect(() => empty.sample(1, BETA)).toThrow(code("REPLAY_EMPTY"));
    for (const count of [0, -1, 1.5])
      expect(() => replayOf([1]).sample(count, BETA)).toThrow(code("OPTION_INVALID"));
    for (const moment of [{ beta: 2 }, { done: -0.1 }, { done: Number.NaN }])
      expect(() => replayOf([1]).sample(1, moment)).toThrow(code("OPTION_INVALID"));
  });

  test.each([Number.NaN, Infinity])("a TD error of %d changes nothing", (error) => {
    const replay = replayOf([1, 1]);
    const before = replay.state();
    expect(() => replay.update([0, 1], [5, error])).toThrow(code("PRIORITY_INVALID"));
    expect(() => replay.add("item", error)).toThrow(code("PRIORITY_INVALID"));
    expect(replay.state()).toEqual(before);
  });

  test.each([
    [[2], [1]],
    [[-1], [1]],
    [[0.5], [1]],
    [[0, 1], [1]],
  ])("an update of tickets %j with errors %j", (tickets, errors) => {
    const update = (): number => replayOf([1, 1]).update(tickets, errors);
    expect(update).toThrow(code("REPLAY_UPDATE_INVALID"));
  });

  test("a state of another capacity, variant or version", () => {
    const state = replayOf([1, 2]).state();
    for (const options of [{ capacity: 3 }, { variant: "rank" as const }])
      expect(() => replayOf([1, 2], options).restore(state)).toThrow(code("STATE_INCOMPATIBLE"));
    const newer = { ...state, version: 2 };
    expect(() => replayOf([1, 2]).restore(newer)).toThrow(code("STATE_INCOMPATIBLE"));
  });
});
