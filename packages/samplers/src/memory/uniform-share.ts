import { restored, type Observation, type Stateful } from "@unequal/core";
import type { ScoreMemory } from "./score-memory.js";

/** Number of shares that are compared. */
const SHARES = 21;
const LAST = SHARES - 1;

/** Configures {@link createUniformShare}. */
export interface UniformShareOptions {
  /** The least share, ≥ 0: no weight ever exceeds one over it. */
  readonly least: number;
  /** α of the moving averages, in (0, 1). */
  readonly momentum: number;
}

/** Finds the share u of uniform draws to mix with draws by remembered scores. */
export interface UniformShare extends Stateful {
  /** The share in use, from `least` to 1. */
  readonly inUse: () => number;
  /** M(1)/M(u): how many times larger a uniform batch would have to be for the same second moment; undefined without evidence. */
  readonly tau: () => number | undefined;
  /**
   * Compares the scores just found of trained rows, [rows], with what the memory says of them: before it is told. Rows
   * without a remembered score, or without a coefficient, are no evidence. O(rows).
   */
  readonly learn: (observation: Observation, fresh: Float32Array, memory: ScoreMemory) => void;
}

/** What one trained row says of the memory. */
interface Evidence {
  /** x = coefficient · s², s the score found: what the row adds to M(1). */
  readonly part: number;
  /** N r, the probability by the remembered score over that of uniform draws. */
  readonly density: number;
}

function evidenceOf(
  { ids, coefficients }: Observation,
  fresh: Float32Array,
  memory: ScoreMemory,
): readonly Evidence[] {
  const mean = memory.mean();
  // Where all that is remembered is 0, draws are uniform whatever the share.
  if (coefficients === undefined || mean === 0) return [];
  return Array.from(ids, (id, row) => ({
    known: memory.knows(id),
    part: (coefficients[row] as number) * (fresh[row] as number) ** 2,
    density: memory.get(id) / mean,
  })).filter(({ known, part }) => known && part > 0);
}

/** Estimates M(u). */
function secondMoment(rows: readonly Evidence[], share: number): number {
  return rows.reduce((sum, { part, density }) => sum + part / (share + (1 - share) * density), 0);
}

/** What evidence adds up to. */
interface Averages {
  /** M of each share. */
  readonly moments: Float64Array;
  /** V, of M(1). */
  readonly variance: number;
  /** Which share is in use. */
  readonly chosen: number;
}

/**
 * Creates the share of uniform draws that makes the second moment of the weighted scores least,
 *
 * M(u) = 1/N Σ_i s_i² / (N p_u(i)), N p_u(i) = u + (1 − u) N r_i,
 *
 * s_i the score as it is now, r_i the probability by the remembered one. Where the two agree, M is least for u = 0; where
 * they have nothing to do with each other, for u = 1. Under an unbiased weighting Σ coefficient · f(row) over
 * trained rows estimates the mean of any f, however they were drawn: so every step brings an estimate of M(u) for
 * each of 21 shares from `least` to 1, free of charge. M is convex in u, so that the best of these is close to the best.
 *
 * Estimates are averaged, M ← α M + Σ x, x the part of each row, and with them the variance of M(1), V ← α² V + Σ x². The
 * share starts at `least` and moves to the best one where that lowers M by more than the part √V/M(1), its standard
 * error: less may be noise, and is not worth moving for. Few rows, or a few that outweigh the rest, move nothing.
 */
export function createUniformShare({ least, momentum }: UniformShareOptions): UniformShare {
  const shares = Float64Array.from(
    { length: SHARES },
    (_, at) => least + (1 - least) * (at / LAST),
  );
  let { moments, variance, chosen }: Averages = {
    moments: new Float64Array(SHARES),
    variance: 0,
    chosen: 0,
  };
  const momentOf = (at: number): number => moments[at] as number;
  const average = (rows: readonly Evidence[]): void => {
    moments = moments.map(
      (moment, at) => momentum * moment + secondMoment(rows, shares[at] as number),
    );
    variance = momentum ** 2 * variance + rows.reduce((sum, { part }) => sum + part ** 2, 0);
  };
  const choose = (): void => {
    const best = moments.indexOf(Math.min(...moments));
    const error = Math.sqrt(variance) / momentOf(LAST);
    if (momentOf(best) < (1 - error) * momentOf(chosen)) chosen = best;
  };
  return {
    inUse: () => shares[chosen] as number,
    tau: () => (variance === 0 ? undefined : momentOf(LAST) / momentOf(chosen)),
    learn: (observation, fresh, memory) => {
      const rows = evidenceOf(observation, fresh, memory);
      if (rows.length === 0) return;
      average(rows);
      choose();
    },
    state: () => ({ version: 1, moments: moments.slice(), variance, chosen }),
    restore: (state) => {
      ({ moments, variance, chosen } = restored<Averages>(state, 1, "uniform share"));
    },
  };
}
