import { expect } from "vitest";
import type { Pool } from "../contracts/pool.js";
import type { Progress } from "../contracts/progress.js";
import type { DrawLaw, Selection } from "../contracts/selection.js";
import { UnequalError } from "../errors.js";
import { createMoments, type Moments } from "./moments.js";
import {
  COUNT,
  poolOf,
  rowsOf,
  startSampler,
  type SamplerRun,
  type SamplerSubject,
} from "./sampler-run.js";
import { toyProgress } from "./toy-pool.js";

/** The least number of draws, and the default. */
const DRAWS = 10_000;
/** Steps that a sampler has behind it where it is not new: three passes over the examples. */
const STEPS = 12;
/** How many draws in a row are compared before and after all others. */
const COMPARED = 8;

/** What a sampler was seen to draw, again and again, from one pool and state. */
export interface DrawAccount {
  /** Reads after what was seen: "of a new sampler". */
  readonly when: string;
  readonly pool: Pool;
  /** What it states beforehand, if it has a law. */
  readonly law: DrawLaw | undefined;
  /** Times drawn, of each row. */
  readonly counts: Moments;
  /** Σ planned / (population · expected) / planned, of each row; undefined where a selection states no expectations. */
  readonly coefficients: Moments | undefined;
  /** How far the expectations of a selection are from those of the law, at most. */
  readonly furthest: number;
  /** The rows of the first draws, and of as many from the same state after all others. */
  readonly first: number[][];
  readonly last: number[][];
}

/** Tells how often a subject is to be drawn from. @throws OPTION_INVALID if that is too seldom to find anything */
export function drawsOf({ draws = DRAWS }: SamplerSubject): number {
  if (Number.isInteger(draws) && draws >= DRAWS) return draws;
  throw new UnequalError(
    "OPTION_INVALID",
    `draws must be a whole number of at least ${DRAWS}, but is ${draws}: with fewer the laws find nothing. Leave it out, or raise it.`,
  );
}

function add(values: Float64Array, row: number, value: number): void {
  values[row] = (values[row] as number) + value;
}

/** Adds planned / (population · expected) / planned for each time that a row is drawn. */
export function addCoefficients(selection: Selection, values: Float64Array): void {
  const { rows, expected, population } = selection;
  if (expected === undefined) expect.fail("an unbiased sampler must state `expected`");
  rows.forEach((row, at) => add(values, row, 1 / (population * (expected[at] as number))));
}

function furthestFrom(law: DrawLaw | undefined, { rows, expected }: Selection): number {
  if (law === undefined || expected === undefined) return 0;
  let furthest = 0;
  rows.forEach((row, at) => {
    const gap = Math.abs((expected[at] as number) - (law.expected[row] as number));
    if (!(gap <= furthest)) furthest = gap;
  });
  return furthest;
}

/** Draws n times from a pool, each time from the same state but for the generator, which goes on. */
function draw(
  run: SamplerRun,
  draws: number,
  {
    when,
    pool,
    progress,
  }: { readonly when: string; readonly pool: Pool; readonly progress: Progress },
): DrawAccount {
  const { sampler } = run;
  const size = pool.ids.length;
  const [counts, sums] = [createMoments(size), createMoments(size)];
  const law = sampler.law?.(pool, COUNT, progress);
  const saved = run.save();
  const some = (): number[][] =>
    Array.from({ length: COMPARED }, () => [...sampler.select(pool, COUNT, progress).rows]);
  const first = some();
  let furthest = 0;
  let stated = true;
  for (let at = 0; at < draws; at++) {
    sampler.restore(saved.sampler);
    const selection = sampler.select(pool, COUNT, progress);
    const times = new Float64Array(size);
    for (const row of selection.rows) add(times, row, 1);
    counts.add(times);
    stated &&= selection.expected !== undefined;
    if (stated) {
      const coefficients = new Float64Array(size);
      addCoefficients(selection, coefficients);
      sums.add(coefficients);
    }
    furthest = Math.max(furthest, furthestFrom(law, selection));
  }
  run.load(saved);
  const coefficients = stated ? sums : undefined;
  return { when, pool, law, counts, coefficients, furthest, first, last: some() };
}

const accounts = new WeakMap<SamplerSubject, readonly DrawAccount[]>();

/** Draws from one pool with a new sampler, and from another with one that has met others; once for all laws of a subject. */
export function accountsOf(subject: SamplerSubject): readonly DrawAccount[] {
  const known = accounts.get(subject);
  if (known !== undefined) return known;
  const draws = drawsOf(subject);
  const used = startSampler(subject, "draws, later");
  rowsOf(used, 0, STEPS, { name: "before" });
  const pool = poolOf(subject, 0);
  const made = [
    draw(startSampler(subject, "draws"), draws, {
      when: "of a new sampler",
      pool,
      progress: toyProgress(0),
    }),
    draw(used, draws, {
      when: `after ${STEPS} steps on other pools`,
      pool,
      progress: toyProgress(STEPS),
    }),
  ];
  accounts.set(subject, made);
  return made;
}
