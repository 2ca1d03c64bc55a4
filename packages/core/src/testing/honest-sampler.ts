import type { Pool } from "../contracts/pool.js";
import type { Random } from "../contracts/random.js";
import type { Selection } from "../contracts/selection.js";
import type { Behaviour, Facts } from "../plugin/facts.js";
import { defineSampler } from "../plugin/part.js";
import { Registry } from "../plugin/registry.js";
import type { PartContext } from "../plugin/part.js";
import { stateless } from "../state/stateless.js";
import type { SamplerSubject } from "./sampler-run.js";

/** Computes s / Σs, or 1 / B where all are 0. */
export function shares(scores: ArrayLike<number>): Float64Array {
  const total = Array.from(scores).reduce((sum, score) => sum + score, 0);
  return Float64Array.from(scores, (score) => (total === 0 ? 1 / scores.length : score / total));
}

/** Finds the row at a point of the cumulative sum. */
export function pick(p: Float64Array, point: number): number {
  let sum = 0;
  const row = p.findIndex((value) => (sum += value) > point);
  return row < 0 ? p.findLastIndex((value) => value > 0) : row;
}

/** Draws with probabilities p, and states expectations for those of `stated`. */
export function drawFrom(
  p: Float64Array,
  stated: Float64Array,
  { count, uniform }: { readonly count: number; readonly uniform: () => number },
): Selection {
  const rows = Int32Array.from({ length: count }, () => pick(p, uniform()));
  const expected = Float64Array.from(rows, (row) => count * (stated[row] as number));
  return { rows, expected, planned: count, population: p.length };
}

/** Returns the scores that the pools of the suites always have. */
export function scoresOf(pool: Pool): Float32Array {
  return pool.scores as Float32Array;
}

/** An honest multinomial sampler, by the plainest means: the wrong ones below differ from it in one thing each. */
export function honest({ random }: { readonly random: Random }): Behaviour<"sampler"> {
  return {
    ...stateless("honest"),
    law: (pool, count) => ({
      expected: shares(scoresOf(pool)).map((p) => count * p),
      variance: (expected) => expected,
    }),
    select: (pool, count) => {
      const p = shares(scoresOf(pool));
      return drawFrom(p, p, { count, uniform: () => random.uniform() });
    },
  };
}

/** Makes a sampler, which claims to be unbiased and draws by score, the subject of laws; `facts`: what else it says of itself. */
export function subjectOf(
  setup: (context: PartContext) => Behaviour<"sampler">,
  {
    facts,
    ...options
  }: Partial<SamplerSubject> & { readonly facts?: Partial<Facts<"sampler">> } = {},
): SamplerSubject {
  const part = defineSampler({
    name: "subject",
    summary: "Test.",
    unbiased: true,
    facts: { scored: true, ...facts },
    setup: (_, context) => setup(context),
  })();
  return { part, registry: new Registry([]), ...options };
}
