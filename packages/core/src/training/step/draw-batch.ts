import type { Pool } from "../../contracts/pool.js";
import type { Candidates, Scoring } from "../../contracts/scoring.js";
import type { Scorer } from "../../contracts/scorer.js";
import type { Loaded, StepPlan } from "../candidates/step-plan.js";
import type { Upcoming } from "../candidates/upcoming.js";
import type { LeftOutTeller } from "../checks/left-out-teller.js";
import type { DrawnRows } from "../draws/draw-rows.js";
import type { DrawnBatch } from "../draws/drawn-batch.js";
import type { Reuse } from "../draws/reuse.js";
import { rowsOfFiniteSignals } from "../pools/finite-rows.js";
import { everyRow, pickExamples } from "../pools/pick-examples.js";
import { slicePool } from "../pools/slice-pool.js";
import { scorePool, type NonFinite, type ScoredPool } from "../scoring/score-pool.js";
import type { DrawnBatches, SelectRows } from "./select-rows.js";

/** A drawn batch with its candidates, to be disposed after the step. */
export interface ReadyBatch {
  readonly batch: DrawnBatch;
  readonly candidates: Candidates;
  /** Rows of the candidates that the batch is made of. */
  readonly rows: Int32Array;
  /** Candidates loaded for it. */
  readonly seen: number;
}

/** What batches are drawn with. */
interface DrawingParts {
  readonly scorer: Scorer | undefined;
  readonly nonFinite: NonFinite;
  readonly leftOut: LeftOutTeller;
  readonly inline: Scoring;
  readonly upcoming: Pick<Upcoming, "take">;
  readonly reuse: Reuse;
  readonly select: SelectRows;
}

/** What is drawn of a pool without a candidate that can be: the update is skipped. */
const NO_ROWS: DrawnBatches = {
  batches: [{ rows: new Int32Array(), coefficients: new Float32Array() }],
};

/** What a sampler draws from without scores: under `nonFinite: "skip"` the candidates whose signals are finite. */
function unscored(pool: Pool, nonFinite: NonFinite): ScoredPool {
  const size = pool.ids.length;
  const batchRows = nonFinite === "skip" ? rowsOfFiniteSignals(pool.signals, size) : everyRow(size);
  const skipped = size - batchRows.length;
  return { pool: skipped === 0 ? pool : slicePool(pool, batchRows), batchRows, skipped };
}

async function scored(
  { scorer, nonFinite, leftOut }: DrawingParts,
  pool: Pool,
): Promise<ScoredPool> {
  const usable =
    scorer === undefined ? unscored(pool, nonFinite) : scorePool(pool, scorer, nonFinite);
  if (usable.skipped === 0) return usable;
  const kept = new Set(usable.batchRows);
  const rows = everyRow(pool.ids.length).filter((row) => !kept.has(row));
  const { ids, keys } = pool;
  await leftOut.scores(pickExamples({ ids, keys }, rows), kept.size);
  return usable;
}

function batchOf({ pool, proposed }: Loaded, drawn: DrawnRows): DrawnBatch {
  const { ids, keys, labels } = pool;
  const examples = { ids, keys, ...(proposed && { weights: proposed }), ...(labels && { labels }) };
  return { ...pickExamples(examples, drawn.rows), drawn };
}

/** Loads a batch that was drawn, with others, from the pool of an earlier step. */
async function loadKept(
  { inline }: DrawingParts,
  batch: DrawnBatch,
  { progress }: StepPlan,
): Promise<ReadyBatch> {
  const { ids, keys, weights } = batch;
  const scoredAt = progress.update;
  const candidates = await inline.submit({
    ids,
    keys,
    ...(weights && { weights }),
    signals: [],
    scoredAt,
  });
  return { batch, candidates, rows: everyRow(ids.length), seen: 0 };
}

/** Takes every row of a uniform batch once, with coefficient 1 / b. */
function selectAll(size: number): DrawnRows {
  return { rows: everyRow(size), coefficients: new Float32Array(size).fill(1 / size) };
}

/** Draws from new candidates; batches beyond the first are kept for later steps. */
async function drawNew(parts: DrawingParts, step: StepPlan): Promise<ReadyBatch> {
  const candidates = await parts.upcoming.take(step);
  try {
    const { pool } = candidates;
    const seen = pool.ids.length;
    const { importance, sizes, progress } = step;
    if (!importance) {
      const batch = batchOf(candidates, selectAll(seen));
      return { batch, candidates, rows: batch.drawn.rows, seen };
    }
    const request = { ...sizes, progress };
    const usable = await scored(parts, pool);
    const { batches, estimate } =
      usable.batchRows.length > 0 ? parts.select(usable, request) : NO_ROWS;
    const made = batches.map((drawn) => ({
      ...batchOf(candidates, drawn),
      ...(parts.scorer && { scoredAt: pool.scoredAt }),
      ...(estimate && { estimate }),
    }));
    const [batch, ...others] = made as [DrawnBatch, ...DrawnBatch[]];
    parts.reuse.keep(others);
    return { batch, candidates, rows: batch.drawn.rows, seen };
  } catch (error) {
    candidates.dispose();
    throw error;
  }
}

/** Draws the batch of a step: one that is left from an earlier pool, or one from new candidates. */
export type DrawBatch = (step: StepPlan) => Promise<ReadyBatch>;

/** Makes what draws the batches of a run. */
export function batchDrawer(parts: DrawingParts): DrawBatch {
  return async (step) => {
    if (!step.importance) parts.reuse.forget();
    const kept = step.importance ? parts.reuse.next() : undefined;
    return kept === undefined ? drawNew(parts, step) : loadKept(parts, kept, step);
  };
}
