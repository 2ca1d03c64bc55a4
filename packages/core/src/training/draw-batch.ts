import type { Pool } from "../contracts/pool.js";
import type { Candidates } from "../contracts/scoring.js";
import type { ReportedGain } from "../events.js";
import type { DrawnRows } from "./draw-rows.js";
import { everyRow } from "./every-row.js";
import { rowsOfFiniteSignals } from "./finite-rows.js";
import { pickExamples } from "./pick-examples.js";
import { scorePool, type NonFinite, type ScoredPool } from "./score-pool.js";
import { selectAll, selectByImportance, type DrawnBatches } from "./select-rows.js";
import { slicePool } from "./slice-pool.js";
import type { TrainerParts } from "./trainer-parts.js";
import type { Loaded, StepPlan } from "./upcoming.js";

/** The examples that a step trains on, and how they came to be drawn: plain data, which can wait for its step. */
export interface DrawnBatch {
  readonly ids: Uint32Array;
  readonly keys: Uint32Array;
  /** Where a first stage proposed them, its weight of each, [rows]. */
  readonly weights?: Float32Array;
  readonly labels?: Int32Array;
  readonly drawn: DrawnRows;
  /** Updates that the parameters had seen when they scored; absent where no score mattered. */
  readonly version?: number;
  /** What the pool's scores said of the gain. */
  readonly estimate?: ReportedGain;
}

/** A drawn batch with its candidates, to be disposed after the step. */
export interface ReadyBatch {
  readonly batch: DrawnBatch;
  readonly candidates: Candidates;
  /** Rows of the candidates that the batch is made of. */
  readonly rows: Int32Array;
  /** Candidates loaded for it. */
  readonly seen: number;
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

async function scored(parts: TrainerParts, pool: Pool): Promise<ScoredPool> {
  const { scorer, nonFinite, leftOut } = parts;
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
  { inline }: TrainerParts,
  batch: DrawnBatch,
  { progress }: StepPlan,
): Promise<ReadyBatch> {
  const { ids, keys, weights } = batch;
  const version = progress.update;
  const candidates = await inline.submit({
    ids,
    keys,
    ...(weights && { weights }),
    signals: [],
    version,
  });
  return { batch, candidates, rows: everyRow(ids.length), seen: 0 };
}

/** Draws from new candidates; batches beyond the first are kept for later steps. */
async function drawNew(parts: TrainerParts, step: StepPlan): Promise<ReadyBatch> {
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
      usable.batchRows.length > 0 ? selectByImportance(parts, usable, request) : NO_ROWS;
    const made = batches.map((drawn) => ({
      ...batchOf(candidates, drawn),
      ...(parts.scorer && { version: pool.version }),
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

/** Returns the batch of a step: one that is left from an earlier pool, or one drawn from new candidates. */
export async function drawBatch(parts: TrainerParts, step: StepPlan): Promise<ReadyBatch> {
  if (!step.importance) parts.reuse.forget();
  const kept = step.importance ? parts.reuse.next() : undefined;
  return kept === undefined ? drawNew(parts, step) : loadKept(parts, kept, step);
}
