import { describe, expect, test } from "vitest";
import type { Signal } from "../contracts/signals.js";
import type { Scorer } from "../contracts/scorer.js";
import type { Remembering, Stateful } from "../contracts/state.js";
import { defineScorer } from "../plugin/part.js";
import { Registry } from "../plugin/registry.js";
import { restored } from "../state/restored.js";
import { expectBroken, type Breach } from "./expect-broken.js";
import { brokenLaws } from "./law.js";
import { scorerLaws, type ScorerSubject } from "./scorer-laws.js";

const registry = new Registry([]);

describe("scorer laws", () => {
  const subject = (
    score: Scorer["score"] | { readonly make: () => Scorer["score"] },
    requires: readonly Signal[] = ["loss"],
  ) => ({
    part: defineScorer({
      name: "subject",
      summary: "Test.",
      facts: { requires },
      setup: () => ({
        score: typeof score === "function" ? score : score.make(),
      }),
    })(),
    registry,
  });
  const losses: Scorer["score"] = ({ signals }) => (signals.loss as Float32Array).slice();

  test("hold for a copy of the loss", async () => {
    expect(await brokenLaws(scorerLaws, subject(losses))).toEqual([]);
  });

  /** Loss over a moving average of losses. */
  const relative = (change: (memory: Required<Remembering>) => Partial<Stateful> = (all) => all) =>
    defineScorer({
      name: "relative",
      summary: "Test.",
      facts: { requires: ["loss"] },
      setup: () => {
        let mean = 1;
        return {
          score: (pool) => {
            const scores = losses(pool).map((loss) => loss / mean);
            for (const loss of losses(pool)) if (Number.isFinite(loss)) mean += 0.1 * (loss - mean);
            return scores;
          },
          ...change({
            state: () => ({ version: 1, mean }),
            restore: (state) => void ({ mean } = restored<{ mean: number }>(state, 1, "relative")),
          }),
        };
      },
    })();

  test("hold for one that remembers, and saves what it does", async () => {
    expect(await brokenLaws(scorerLaws, { part: relative(), registry })).toEqual([]);
  });

  const faults: readonly (readonly [string, ScorerSubject, Breach])[] = [
    [
      "remembers and does not save it",
      { part: relative(() => ({})), registry },
      ["whatever it has scored before", /taken back to its beginning/],
    ],
    [
      "saves and does not restore",
      { part: relative(({ state }) => ({ state })), registry },
      ["whatever it has scored before", /both `state` and `restore`/],
    ],
    [
      "restores nothing",
      { part: relative(({ state }) => ({ state, restore: () => undefined })), registry },
      ["whatever it has scored before", /taken back to its beginning/],
    ],
    [
      "hands out the signal itself",
      subject(({ signals }) => signals.loss as Float32Array),
      "leaves",
    ],
    [
      "turns what is no number into 0",
      subject((pool) => losses(pool).map((loss) => (Number.isFinite(loss) ? loss : 0))),
      "does not hide",
    ],
    ["can be negative", subject((pool) => losses(pool).map((loss) => loss - 1)), "one finite"],
    ["is short of a candidate", subject((pool) => losses(pool).slice(1)), "one finite"],
    [
      "reads a signal that it does not require",
      subject(({ signals }) =>
        (signals.loss as Float32Array).map(
          (loss, row) => loss + (signals["upper-bound"]?.[row] ?? 0),
        ),
      ),
      "reads only",
    ],
    ["lists no requirement", subject(losses, []), "reads only"],
    [
      "measures by its first pool",
      subject({
        make: () => {
          let unit: number | undefined;
          return (pool) => {
            unit ??= Math.max(...losses(pool)) || 1;
            return losses(pool).map((loss) => loss / (unit as number));
          };
        },
      }),
      ["whatever it has scored before", /taken back to its beginning/],
    ],
    [
      "scores otherwise after 100 pools",
      subject({
        make: () => {
          let calls = 0;
          return (pool) => losses(pool).map((loss) => (calls > 100 ? 2 * loss : loss), calls++);
        },
      }),
      ["whatever it has scored before", /taken back to its beginning/],
    ],
    [
      "adds noise of its own",
      subject((pool) => losses(pool).map((loss) => loss + Math.random())),
      "global randomness",
    ],
  ];

  test.each(faults)("catch a scorer that %s", async (_, faulty, fragment) => {
    await expectBroken(scorerLaws, faulty, fragment);
  });
});
