import type { Progress } from "../contracts/progress.js";
import type { Sizes } from "../contracts/scheduler.js";
import { effectiveSampleSize, reportGain, tauOf } from "./gain.js";
import { checkSelection, drawRows, type DrawnRows } from "./draw-rows.js";
import { everyRow } from "./every-row.js";
import type { ScoredPool } from "./score-pool.js";
import type { TrainerParts } from "./trainer-parts.js";

/** How many rows are drawn of how many candidates, and when. */
interface DrawRequest extends Sizes {
  readonly progress: Progress;
}

function announce(parts: TrainerParts, scored: ScoredPool, step: DrawRequest): void {
  const { events, sampler, batchSize } = parts;
  const { pool, skipped } = scored;
  const { ids, scores } = pool;
  if (scores === undefined || !events.heard("batch:scored")) return;
  const law = sampler.law?.(pool, step.count, step.progress);
  // Not inside of `emit`, which would compute them anew for every listener.
  const figures = law && {
    tau: tauOf(scores, law.expected),
    effectiveSampleSize: effectiveSampleSize(law.expected),
    estimate: reportGain(pool, sampler, { batchSize, ...step }),
  };
  events.emit("batch:scored", () => ({ ids, scores, skipped, ...figures }));
}

/** Draws and weighs the rows of an importance step, and says so on the bus. */
export function selectByImportance(
  parts: TrainerParts,
  scored: ScoredPool,
  step: DrawRequest,
): DrawnRows {
  announce(parts, scored, step);
  const { pool, batchRows } = scored;
  const selection = parts.sampler.select(pool, step.count, step.progress);
  checkSelection(selection, pool.ids.length);
  const drawn = drawRows(selection, pool, { weighting: parts.weighting, progress: step.progress });
  if (scored.skipped === 0) return drawn;
  return { ...drawn, rows: drawn.rows.map((row) => batchRows[row] as number) };
}

/** Takes every row of a uniform batch once, with coefficient 1 / b. */
export function selectAll(size: number): DrawnRows {
  return {
    rows: everyRow(size),
    coefficients: new Float32Array(size).fill(1 / size),
  };
}
