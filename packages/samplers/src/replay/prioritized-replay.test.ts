import { createRandom } from "@unequal/core";
import { describe, expect, test } from "vitest";
import { PrioritizedReplay, type PrioritizedReplayOptions } from "./prioritized-replay.js";

const STANDARD_ERRORS = 5;

/** Fills a buffer with items 0 … count − 1 and gives them errors, in adding order. */
function filled(options: PrioritizedReplayOptions, errors: readonly number[]) {
  const replay = new PrioritizedReplay<number>(options);
  const tickets = errors.map((_, item) => replay.add(item));
  replay.update(tickets, errors);
  return { replay, tickets };
}

/** P of every item, by the definition. */
function naive(
  errors: readonly number[],
  { variant = "proportional", alpha = 0.6, epsilon = 1e-6 }: Partial<PrioritizedReplayOptions>,
): number[] {
  const sorted = [...errors.keys()].sort(
    (a, b) => Math.abs(errors[b] as number) - Math.abs(errors[a] as number),
  );
  const p = errors.map((error, at) =>
    variant === "rank"
      ? (1 / (sorted.indexOf(at) + 1)) ** alpha
      : (Math.abs(error) + epsilon) ** alpha,
  );
  const total = p.reduce((sum, each) => sum + each, 0);
  return p.map((each) => each / total);
}

/** Draws often, and checks P as stated, and the frequencies, by a z-test per item. */
function expectLaw(replay: PrioritizedReplay<number>, wanted: readonly number[]): void {
  const counts = new Float64Array(wanted.length);
  const batches = 4000;
  for (let batch = 0; batch < batches; batch++) {
    const { items, probabilities } = replay.sample(5, { beta: 0.4 });
    items.forEach((item, at) => {
      counts[item] = (counts[item] as number) + 1;
      expect(Math.abs((probabilities[at] as number) / (wanted[item] as number) - 1)).toBeLessThan(
        1e-9,
      );
    });
  }
  wanted.forEach((p, item) => {
    const error = Math.sqrt(p / (5 * batches));
    expect(Math.abs((counts[item] as number) / (5 * batches) - p)).toBeLessThan(
      STANDARD_ERRORS * error + 1e-12,
    );
  });
}

const errors = [0.5, -2, 0, 3, 0.1, 1.5, -0.7];

describe.each(["proportional", "rank"] as const)("%s", (variant) => {
  const options = { variant, capacity: 7, sortEvery: 1 };
  const alpha = variant === "rank" ? 0.7 : 0.6;

  test("draws by the law, and states it", () => {
    const { replay } = filled(options, errors);
    expectLaw(replay, naive(errors, { variant, alpha }));
  });

  test("weighs by (N P)^−β over the largest of the buffer, of the batch, or nothing", () => {
    const wanted = naive(errors, { variant, alpha });
    const raw = wanted.map((p) => (errors.length * p) ** -0.5);
    for (const normalise of ["buffer", "batch", "none"] as const) {
      const { replay } = filled({ ...options, normalise }, errors);
      const { items, weights } = replay.sample(4, { beta: 0.5 });
      const drawn = items.map((item) => raw[item] as number);
      const most = { buffer: Math.max(...raw), batch: Math.max(...drawn), none: 1 }[normalise];
      drawn.forEach((weight, at) => {
        expect((weights[at] as number) / (weight / most)).toBeCloseTo(1, 9);
      });
    }
  });

  test("draws one item from each segment: a P of 1/4 and more comes up in every batch of 4", () => {
    const { replay } = filled({ ...options, capacity: 3 }, [10, 0.2, 0.1]);
    for (let batch = 0; batch < 200; batch++)
      expect(replay.sample(4, { beta: 1 }).items).toContain(0);
  });

  test("a new item has the largest magnitude that is there, and is drawn as often as the first", () => {
    const { replay } = filled({ ...options, capacity: 8 }, errors);
    replay.add(7);
    const stated = new Map<number, number>();
    for (let batch = 0; batch < 100; batch++) {
      const { items, probabilities } = replay.sample(8, { beta: 1 });
      items.forEach((item, at) => stated.set(item, probabilities[at] as number));
    }
    const ratio = (stated.get(7) as number) / (stated.get(3) as number);
    if (variant === "proportional") expect(ratio).toBeCloseTo(1, 9);
    else expect([2 ** -0.7, 2 ** 0.7].some((r) => Math.abs(ratio - r) < 1e-9)).toBe(true);
  });

  test("continues from a state bit for bit, also in a new buffer", () => {
    const { replay } = filled({ ...options, capacity: 9 }, errors);
    const restored = new PrioritizedReplay<number>({ ...options, capacity: 9, seed: 4 });
    restored.restore(replay.state());
    const play = (buffer: PrioritizedReplay<number>): unknown[] => {
      const seen: unknown[] = [];
      for (let round = 0; round < 30; round++) {
        buffer.add(100 + round);
        const { tickets, items, weights } = buffer.sample(4, { beta: 0.7 });
        buffer.update(
          tickets,
          tickets.map((ticket) => Math.sin(ticket + round)),
        );
        seen.push(tickets, items, [...weights]);
      }
      return seen;
    };
    expect(play(restored)).toEqual(play(replay));
  });
});

describe("what others got wrong", () => {
  test("a capacity that is no power of two", () => {
    for (const capacity of [1, 3, 5, 6, 7, 9, 100]) {
      const random = createRandom(capacity);
      const own = Array.from({ length: capacity }, () => 0.1 + random.uniform());
      const { replay } = filled({ capacity }, own);
      expectLaw(replay, naive(own, {}));
    }
  });

  test("α applied twice: an update by the same error changes nothing", () => {
    const { replay, tickets } = filled({ capacity: 7, alpha: 0.5 }, errors);
    replay.update(tickets, errors);
    replay.update(tickets, errors);
    expectLaw(replay, naive(errors, { alpha: 0.5 }));
  });

  test("a maximum that never shrinks: new items follow what is there now", () => {
    const { replay, tickets } = filled({ capacity: 3 }, [100, 1, 1]);
    replay.update([tickets[0] as number], [1]);
    replay.add(9);
    expectLaw(
      replay,
      [1, 1 / 3, 1 / 3, 0, 0, 0, 0, 0, 0, 1 / 3].map((p, item) => (item === 0 ? 0 : p)),
    );
  });

  test("α = 0 draws uniformly, errors of 0 included", () => {
    for (const variant of ["proportional", "rank"] as const) {
      const { replay } = filled({ capacity: 7, alpha: 0, variant }, errors);
      expectLaw(
        replay,
        errors.map(() => 1 / 7),
      );
    }
  });

  test("an update of a slot that was overwritten meanwhile is left out, and counted", () => {
    const { replay, tickets } = filled({ capacity: 3 }, [1, 1, 1]);
    const late = replay.add(3);
    expect(replay.update([...tickets, late], [50, 1, 1, 2])).toBe(1);
    const wanted = naive([2, 1, 1], {});
    expectLaw(replay, [0, wanted[1] ?? 0, wanted[2] ?? 0, wanted[0] ?? 0]);
    expect(replay.update([99, -1], [1, 1])).toBe(2);
  });

  test("N is the number of items, not the capacity", () => {
    const { replay } = filled({ capacity: 1000, normalise: "none" }, errors);
    expect(replay.size).toBe(7);
    const wanted = naive(errors, {});
    const { items, weights } = replay.sample(3, { beta: 1 });
    items.forEach((item, at) => {
      expect(weights[at]).toBeCloseTo(1 / (7 * (wanted[item] as number)), 9);
    });
  });

  test("sums do not drift: after a million updates of all sizes every draw is of an item, by the law", () => {
    const { replay, tickets } = filled({ capacity: 7, alpha: 1 }, errors);
    const random = createRandom(5);
    for (let update = 0; update < 250_000; update++) {
      const scale = 10 ** (16 * random.uniform() - 8);
      replay.update(tickets.slice(0, 4), [scale, scale / 3, scale / 7, scale * 5]);
    }
    replay.update(tickets, errors);
    expectLaw(replay, naive(errors, { alpha: 1 }));
  });
});

describe("bad input", () => {
  const code = (wanted: string) => expect.objectContaining({ code: wanted }) as Error;

  test("options", () => {
    for (const bad of [
      { capacity: 0 },
      { capacity: 2.5 },
      { capacity: 3, alpha: -1 },
      { capacity: 3, aplha: 1 },
    ])
      expect(() => new PrioritizedReplay(bad)).toThrow(code("OPTION_INVALID"));
  });

  test("draws and updates", () => {
    const empty = new PrioritizedReplay({ capacity: 3 });
    expect(() => empty.sample(1, { beta: 1 })).toThrow(code("REPLAY_EMPTY"));
    const { replay, tickets } = filled({ capacity: 7 }, errors);
    expect(() => replay.sample(0, { beta: 1 })).toThrow(code("OPTION_INVALID"));
    expect(() => replay.sample(2, { beta: 2 })).toThrow(code("OPTION_INVALID"));
    expect(() => replay.update(tickets, [1])).toThrow(code("OPTION_INVALID"));
    expect(() => replay.update(tickets.slice(0, 2), [1, NaN])).toThrow(code("SCORE_NOT_FINITE"));
    const other = new PrioritizedReplay<number>({ capacity: 9 });
    for (const state of [{ ...replay.state(), version: 2 }, other.state()])
      expect(() => replay.restore(state)).toThrow(code("STATE_INCOMPATIBLE"));
    expectLaw(replay, naive(errors, {}));
  });
});
