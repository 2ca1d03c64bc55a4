import type { Pool } from "../../contracts/pool.js";
import type { Progress } from "../../contracts/progress.js";
import type { Random } from "../../contracts/random.js";
import type { Sampler } from "../../contracts/sampler.js";
import type { Sizes } from "../../contracts/scheduler.js";
import type { DrawLaw } from "../../contracts/selection.js";
import type { Weighting } from "../../contracts/weighting.js";
import type { ReportedGain } from "../../contracts/events.js";
import type { EventBus } from "../../events.js";
import { effectiveSampleSize, reportGain, tauOf } from "../../gain/gain.js";
import type { Upcoming } from "../candidates/upcoming.js";
import type { WeightWatch } from "../checks/weight-watch.js";
import { checkSelection, type DrawnRows, drawRows, splitSelection } from "../draws/draw-rows.js";
import type { Reuse } from "../draws/reuse.js";
import type { ScoredPool } from "../scoring/score-pool.js";

/** How many rows are drawn of how many candidates, and when. */
interface DrawRequest extends Sizes {
  readonly progress: Progress;
}

/** Batches drawn from one pool, one for each of as many steps, and what the pool's scores say of the gain. */
export interface DrawnBatches {
  readonly batches: readonly DrawnRows[];
  readonly estimate?: ReportedGain;
}

/** What rows are drawn with. */
interface SelectionParts {
  readonly sampler: Sampler;
  /** The sampler's law, checked. */
  readonly law: Sampler["law"];
  readonly weighting: Weighting;
  readonly random: Random;
  readonly reuse: Reuse;
  readonly upcoming: Pick<Upcoming, "batchesInTime">;
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
  events.emit("batch:scored", () => ({ ids, scores, age, skipped, ...figures }));
}

/** Has the law looked at, and where the losses of the candidates are known, whether those that matter can be drawn. */
function watchReach({ weightWatch, claimsNoBias }: SelectionParts, pool: Pool, law: DrawLaw): void {
  weightWatch.drawn(law);
  const { loss } = pool.signals;
  if (claimsNoBias && loss) weightWatch.reach(law, loss);
}

/** Draws and weighs the rows of an importance step, and those of further ones from the same pool; says so on the bus. */
export type SelectRows = (scored: ScoredPool, step: DrawRequest) => DrawnBatches;

function selectByImportance(
  parts: SelectionParts,
  scored: ScoredPool,
  step: DrawRequest,
): DrawnBatches {
  const { sampler, law: stated, weighting, random, reuse, upcoming, batchSize, events } = parts;
  const { progress, count } = step;
  const { pool, batchRows } = scored;
  const law = pool.scores && stated?.(pool, count, progress);
  if (law) watchReach(parts, pool, law);
  const heard = events.heard("batch:scored") || events.heard("step:end");
  const inTime = upcoming.batchesInTime(pool.scoredAt, progress);
  const times = Math.min(reuse.batchesOf(law, count), inTime);
  const planned = { batchSize, ...step, batches: times };
  const estimate = heard && law && stated ? reportGain(pool, { law: stated }, planned) : undefined;
  announce(events, scored, { law, estimate, age: progress.update - pool.scoredAt });
  const selection = sampler.select(pool, times * count, progress);
  checkSelection(selection, pool.ids.length);
  const batches = splitSelection(selection, times, random).map((part) => {
    const drawn = drawRows(part, pool, { weighting, progress });
    return { ...drawn, rows: drawn.rows.map((row) => batchRows[row] as number) };
  });
  return { batches, ...(estimate && { estimate }) };
}

/** Makes what draws the rows of a run's importance steps. */
export function rowSelector(parts: SelectionParts): SelectRows {
  return (scored, step) => selectByImportance(parts, scored, step);
}
