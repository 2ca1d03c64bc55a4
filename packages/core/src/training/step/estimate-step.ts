import type { Learner } from "../../contracts/learner.js";
import type { Pool } from "../../contracts/pool.js";
import type { Sampler } from "../../contracts/sampler.js";
import type { Sizes } from "../../contracts/scheduler.js";
import type { Scorer } from "../../contracts/scorer.js";
import type { Rows } from "../../contracts/scoring.js";
import type { SignalSource } from "../../contracts/signal-source.js";
import type { Signal, Signals } from "../../contracts/signals.js";
import type { ReportedGain } from "../../contracts/events.js";
import { reportGain } from "../../gain/gain.js";
import type { StepPlan } from "../candidates/step-plan.js";
import type { WeightWatch } from "../checks/weight-watch.js";
import { corrected, correction, type Agreement } from "../estimates/agreement.js";
import { pickVectors } from "../pools/pick.js";
import { slicePool } from "../pools/pick.js";
import type { BackgroundScoring } from "../scoring/background-scoring.js";
import { type NonFinite, scorePool, scoresOf } from "../scoring/score-pool.js";
import { offeredSignals, signalsOf } from "../scoring/signal-sources.js";
import type { ReadyBatch, UpdatedBatch } from "./step-batch.js";

/** What the gain is estimated with. */
interface EstimateParts {
  readonly scorer: Scorer;
  /** The sampler's law, checked. */
  readonly law: Sampler["law"];
  readonly learner: Learner;
  readonly sources: readonly SignalSource[];
  readonly batchSize: number;
  readonly nonFinite: NonFinite;
  /** Every how many uniform steps a paid signal is computed. */
  readonly probeEvery: number;
  readonly agreement: Agreement;
  readonly background: Pick<BackgroundScoring, "mode"> | undefined;
  readonly weightWatch: WeightWatch;
  readonly claimsNoBias: boolean;
}

/** Estimates what importance sampling gains, or would gain, where the scores before the step did not tell. */
export interface StepEstimates {
  /** Lists the signals that a step's rows are scored anew by, after the step: on uniform ones, and where scores were old. */
  readonly wanted: (ready: ReadyBatch, step: StepPlan) => readonly Signal[];
  readonly of: (made: UpdatedBatch, step: StepPlan) => Promise<ReportedGain | undefined>;
}

/** Tells whether the rows of a batch were drawn by scores of other parameters than those that train on them. */
function isOld({ batch: { scoredAt } }: ReadyBatch, { progress }: StepPlan): boolean {
  return scoredAt !== undefined && scoredAt < progress.update;
}

/** Updates of which each uniform one estimates the gain, and every how many do later: a small model feels the price of it. */
const EAGER = 100;
const LATER = 8;

/** Tells whether free signals of a step are looked at: always where they correct old scores. */
function isLookedAt({
  importance,
  progress: { update },
}: Pick<StepPlan, "importance" | "progress">): boolean {
  return importance || update < EAGER || update % LATER === 0;
}

function wantedSignals(
  { scorer }: EstimateParts,
  ready: ReadyBatch,
  step: StepPlan,
): readonly Signal[] {
  if ((step.importance && !isOld(ready, step)) || !isLookedAt(step)) return [];
  return scorer.requires;
}

/** Computes signals of some rows of a batch. */
async function computeRows(
  learner: Learner,
  names: readonly Signal[],
  { batch, rows }: Rows,
): Promise<Signals> {
  const signals = await learner.compute(names, batch);
  if (rows.length === batch.size) return signals;
  const entries = Object.entries(signals).map(
    ([name, values]) => [name, pickVectors(values, batch.size, rows)] as const,
  );
  return Object.fromEntries(entries);
}

/** Finds the signals that a scorer needs of the rows of a step: those of its pass, or now and then paid ones. */
async function foundSignals(
  parts: EstimateParts,
  { ready, loaded, result }: UpdatedBatch,
  { importance, progress }: StepPlan,
): Promise<Signals | undefined> {
  const { scorer, learner, sources, probeEvery } = parts;
  const offered = offeredSignals(learner, sources);
  const paid = scorer.requires.some((name) => offered.get(name) !== "free");
  const due = progress.update % probeEvery === 0;
  if (paid ? !due : !isLookedAt({ importance, progress })) return undefined;
  const own = scorer.requires.filter((name) => learner.signals.has(name));
  const found = paid ? await computeRows(learner, own, loaded) : result.signals;
  return { ...found, ...(await signalsOf(sources, scorer.requires, ready.batch)) };
}

/** Returns how many rows would be drawn of a group of candidates, were it a part of a pool. */
function probedCount({ ids }: Pool, { count, candidates }: Sizes): number {
  return (count / candidates) * ids.length;
}

/** Estimates tau from the rows of a uniform batch; as it would be with scores as old as those of importance steps. */
async function probe(
  parts: EstimateParts,
  made: UpdatedBatch,
  step: StepPlan,
): Promise<ReportedGain | undefined> {
  const { scorer, law, batchSize, background, agreement } = parts;
  if (law === undefined) return undefined;
  const signals = await foundSignals(parts, made, step);
  if (signals === undefined || made.ready.rows.length === 0) return undefined;
  const { candidates, rows } = made.ready;
  const all = rows.length === candidates.pool.ids.length;
  const pool = all ? candidates.pool : slicePool(candidates.pool, rows);
  const { sizes, progress } = step;
  const old = background?.mode() === "background";
  const scoredAt = old ? progress.update - 1 : pool.scoredAt;
  const { pool: probed } = scorePool({ ...pool, signals, scoredAt }, scorer, parts.nonFinite);
  if (probed.ids.length === 0) return undefined;
  const { loss } = made.result.signals;
  // now and then: it takes a law of its own
  const watched = parts.claimsNoBias && progress.update % parts.probeEvery === 0;
  if (watched && loss?.length === probed.ids.length)
    parts.weightWatch.reach(law(probed, probedCount(probed, sizes), progress), loss);
  const planned = { batchSize, ...sizes, progress };
  const estimate = reportGain(probed, { law }, planned);
  return old ? corrected(estimate, agreement.forget(), batchSize) : estimate;
}

/** Corrects what old scores said of the gain by what the step found of the rows that they drew. */
async function correct(
  parts: EstimateParts,
  made: UpdatedBatch,
  step: StepPlan,
): Promise<ReportedGain | undefined> {
  const { scorer, batchSize, agreement } = parts;
  const { batch, candidates, rows } = made.ready;
  const { by } = batch.drawn;
  if (by === undefined || rows.length === 0) return undefined;
  const signals = await foundSignals(parts, made, step);
  if (signals === undefined) return undefined;
  const fresh = scoresOf(scorer, { ...slicePool(candidates.pool, rows), signals });
  const factor = correction(by, fresh);
  agreement.learn(factor);
  return batch.estimate && corrected(batch.estimate, factor, batchSize);
}

/** Makes what estimates the gain after each step of a run. */
export function stepEstimates(parts: EstimateParts): StepEstimates {
  return {
    wanted: (ready, step) => wantedSignals(parts, ready, step),
    of: async (made, step) => {
      if (!step.importance) return probe(parts, made, step);
      return isOld(made.ready, step) ? correct(parts, made, step) : undefined;
    },
  };
}
