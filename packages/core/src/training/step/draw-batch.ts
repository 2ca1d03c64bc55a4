import { everyRow } from "../../arrays/every-row.js";
import type { ReportedGain } from "../../contracts/events.js";
import type { Pool } from "../../contracts/pool.js";
import type { Progress } from "../../contracts/progress.js";
import type { Sampler } from "../../contracts/sampler.js";
import type { Sizes } from "../../contracts/scheduler.js";
import type { Scorer } from "../../contracts/scorer.js";
import type { DrawLaw } from "../../contracts/selection.js";
import type { Weighting } from "../../contracts/weighting.js";
import type { EventBus } from "../../events.js";
import { effectiveSampleSize, reportGain, tauOf } from "../../gain/gain.js";
import type { Loaded, StepPlan } from "../candidates/step-plan.js";
import type { Upcoming } from "../candidates/upcoming.js";
import type { LeftOutTeller } from "../checks/left-out-teller.js";
import type { WeightWatch } from "../checks/weight-watch.js";
import { type DrawnBatch, type DrawnRows, checkSelection, drawRows } from "../draws/draw-rows.js";
import { rowsOfFiniteSignals } from "../pools/finite-rows.js";
import { pickExamples, slicePool } from "../pools/pick.js";
import { type NonFinite, type ScoredPool, scorePool } from "../scoring/score-pool.js";
import type { ReadyBatch } from "./step-batch.js";

/** How many rows are drawn of how many candidates, and when. */
interface DrawRequest extends Sizes {
  readonly progress: Progress;
}

/** What is drawn from a pool, and what its scores say of the gain. */
interface Drawn {
  readonly drawn: DrawnRows;
  readonly estimate?: ReportedGain;
}

/** What rows are drawn with. */
interface SelectionParts {
  readonly sampler: Sampler;
  /** The sampler's law, checked. */
  readonly law: Sampler["law"];
  readonly weighting: Weighting;
  readonly batchSize: number;
  readonly events: EventBus;
  readonly weightWatch: WeightWatch;
  /** Whether the weighting claims no bias. */
  readonly claimsNoBias: boolean;
}

/** Tells what scores say; of the gain only where they are fresh, since old ones are corrected after the step. */
function announce(
  events: EventBus,
  { pool, skipped }: ScoredPool,
  told: {
    readonly law: DrawLaw | undefined;
    readonly estimate: ReportedGain | undefined;
    readonly age: number;
  },
): void {
  const { ids, scores } = pool;
  const { law, estimate, age } = told;
  if (scores === undefined || !events.heard("batch:scored")) return;
  // not inside of `emit`, which would compute them anew for every listener
  const figures = law && {
    tau: tauOf(scores, law.expected),
    effectiveSampleSize: effectiveSampleSize(law.expected),
    ...(age === 0 && estimate && { estimate }),
  };
  const losses = (pool.signals["loss"] ?? new Float32Array()).filter(Number.isFinite);
  const loss = losses.length > 0 && {
    loss: losses.reduce((sum, each) => sum + each, 0) / losses.length,
  };
  events.emit("batch:scored", () => ({ ids, scores, age, skipped, ...figures, ...loss }));
}

/** Has the law looked at, and where the losses of the candidates are known, whether those that matter can be drawn. */
function watchReach({ weightWatch, claimsNoBias }: SelectionParts, pool: Pool, law: DrawLaw): void {
  weightWatch.drawn(law);
  const { loss } = pool.signals;
  if (claimsNoBias && loss) weightWatch.reach(law, loss);
}

/** Draws and weighs the rows of an importance step; says so on the bus. */
export type SelectRows = (scored: ScoredPool, step: DrawRequest) => Drawn;

function selectByImportance(parts: SelectionParts, scored: ScoredPool, step: DrawRequest): Drawn {
  const { sampler, law: stated, weighting, batchSize, events } = parts;
  const { progress, count } = step;
  const { pool, batchRows } = scored;
  const law = pool.scores && stated?.(pool, count, progress);
  if (law) watchReach(parts, pool, law);
  const heard = events.heard("batch:scored") || events.heard("step:end");
  const planned = { batchSize, ...step };
  const estimate = heard && law && stated ? reportGain(pool, { law: stated }, planned) : undefined;
  announce(events, scored, { law, estimate, age: progress.update - pool.scoredAt });
  const selection = sampler.select(pool, count, progress);
  checkSelection(selection, pool.ids.length);
  const drawn = drawRows(selection, pool, { weighting, progress });
  const rows = drawn.rows.map((row) => batchRows[row] as number);
  return { drawn: { ...drawn, rows }, ...(estimate && { estimate }) };
}

/** Makes what draws the rows of a run's importance steps. */
export function rowSelector(parts: SelectionParts): SelectRows {
  return (scored, step) => selectByImportance(parts, scored, step);
}

/** What batches are drawn with. */
interface DrawingParts {
  readonly scorer: Scorer | undefined;
  readonly nonFinite: NonFinite;
  readonly leftOut: LeftOutTeller;
  readonly upcoming: Pick<Upcoming, "take">;
  readonly select: SelectRows;
}

/** What is drawn of a pool without a candidate that can be: the update is skipped. */
const NO_ROWS: Drawn = { drawn: { rows: new Int32Array(), coefficients: new Float32Array() } };

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

/** Takes every row of a uniform batch once, with coefficient 1 / b. */
function selectAll(size: number): DrawnRows {
  return { rows: everyRow(size), coefficients: new Float32Array(size).fill(1 / size) };
}

/** Draws the batch of an importance step from its candidates. */
async function drawByImportance(
  parts: DrawingParts,
  candidates: Loaded,
  { sizes, progress }: StepPlan,
): Promise<DrawnBatch> {
  const { pool } = candidates;
  const usable = await scored(parts, pool);
  const { drawn, estimate } =
    usable.batchRows.length > 0 ? parts.select(usable, { ...sizes, progress }) : NO_ROWS;
  return {
    ...batchOf(candidates, drawn),
    ...(parts.scorer && { scoredAt: pool.scoredAt }),
    ...(estimate && { estimate }),
  };
}

/** Draws the batch of a step. */
export type DrawBatch = (step: StepPlan) => Promise<ReadyBatch>;

/** Makes what draws the batches of a run. */
export function batchDrawer(parts: DrawingParts): DrawBatch {
  return async (step) => {
    const candidates = await parts.upcoming.take(step);
    try {
      const seen = candidates.pool.ids.length;
      const batch = step.importance
        ? await drawByImportance(parts, candidates, step)
        : batchOf(candidates, selectAll(seen));
      return { batch, candidates, rows: batch.drawn.rows, seen };
    } catch (error) {
      candidates.dispose();
      throw error;
    }
  };
}
