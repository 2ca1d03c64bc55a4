import type { StepResult } from "../contracts/learner.js";
import type { Signal } from "../contracts/signals.js";
import type { ReportedGain, StepDurations } from "../events.js";
import { checkLosses } from "./check-losses.js";
import { drawBatch, type DrawnBatch, type ReadyBatch } from "./draw-batch.js";
import { effectiveCoefficients } from "./effective-coefficients.js";
import { estimateStep, probedSignals } from "./estimate-step.js";
import { guardedLearner, RowsNotFinite } from "./guarded-learner.js";
import { leaveOut, type LoadedBatch } from "./leave-out.js";
import { pickExamples } from "./pick-examples.js";
import { signalsOf } from "./signal-sources.js";
import { tellSampler } from "./tell-sampler.js";
import type { TrainerParts } from "./trainer-parts.js";
import { tryOutBeside } from "./try-out-beside.js";
import type { StepPlan } from "./upcoming.js";
import { referenceOf } from "./walk-dataset.js";

/** Asks for one update. */
export interface UpdateRequest extends StepPlan {
  /** Whether the learner may be asked for the next step's candidates while it is at this one. */
  readonly overlap: boolean;
  /** Whether a replica is to score meanwhile what nobody wants, to see what that costs. */
  readonly tryOut: boolean;
}

/** Holds what one update did. */
export interface UpdateOutcome {
  readonly result: StepResult;
  /** Candidates loaded. */
  readonly seen: number;
  /** Rows brought onto the engine: all candidates, or only those drawn. */
  readonly loaded: number;
  /** Distinct rows trained on. */
  readonly rows: number;
  /** Rows left out because their loss was not finite. */
  readonly skipped: number;
  readonly durations: StepDurations;
  /** Milliseconds of `durations.score` that went into signals, or into waiting for those of a replica. */
  readonly waited: number;
  /** Seconds that a replica took that was tried out. */
  readonly tried: number | undefined;
  /** Updates since the scores that it drew by, where it drew by any. */
  readonly age: number | undefined;
  readonly estimate: ReportedGain | undefined;
}

/** What an update on no rows finds: the empty sum. */
const NOTHING: StepResult = { loss: 0, metrics: {}, signals: {} };

/** Signals to take of the training pass: what the sampler observes, and what the gain is estimated by. */
function freeSignals(parts: TrainerParts, ready: ReadyBatch, step: StepPlan): readonly Signal[] {
  const { sampler, learner } = parts;
  const wanted = new Set([...probedSignals(parts, ready, step), ...(sampler.requires ?? [])]);
  return [...wanted].filter((name) => learner.signals.get(name) === "free");
}

async function update(
  parts: TrainerParts,
  { ready, loaded }: LoadedBatch,
  step: StepPlan,
): Promise<StepResult> {
  const { estimator, learner, random, nonFinite } = parts;
  const { drawn, ...trained } = ready.batch;
  if (drawn.rows.length === 0) return NOTHING;
  return estimator.step({
    ...trained,
    ...drawn,
    ...loaded,
    learner: nonFinite === "skip" ? guardedLearner(learner, loaded.batch) : learner,
    progress: step.progress,
    noise: random.seed(),
    random,
    signals: freeSignals(parts, ready, step),
    reference: referenceOf(parts, step.progress.update),
  });
}

/** An update, and the rows that it was made on. */
interface Updated {
  readonly result: StepResult;
  readonly trained: LoadedBatch;
}

/** Updates; leaves out rows without a finite loss, where that is wanted, and begins anew with the others. */
async function updateOnFinite(
  parts: TrainerParts,
  trained: LoadedBatch,
  step: StepPlan,
): Promise<Updated> {
  try {
    return { result: await update(parts, trained, step), trained };
  } catch (error) {
    if (!(error instanceof RowsNotFinite)) throw error;
    return updateOnFinite(parts, leaveOut(trained, error.kept), step);
  }
}

/** Corrects the metrics of a step for the sum of its coefficients, which uniform steps keep at 1. */
function steadied({ metrics }: TrainerParts, result: StepResult, batch: DrawnBatch): StepResult {
  const weight = effectiveCoefficients(batch).reduce((sum, coefficient) => sum + coefficient, 0);
  return { ...result, metrics: metrics.correct(result.metrics, weight) };
}

/** Tells the sampler what the pass found of the rows, and what sources know of them. */
async function observe(
  { sampler, sources, nonFinite }: TrainerParts,
  { ids, keys, weights, labels, drawn }: DrawnBatch,
  { signals, version }: Pick<StepResult, "signals"> & { readonly version: number },
): Promise<void> {
  if (sampler.observe === undefined || ids.length === 0) return;
  const added = await signalsOf(sources, sampler.requires ?? [], { ids, keys });
  const observation = {
    ids,
    ...(weights && { weights }),
    ...(labels && { labels }),
    ...(drawn.groups === undefined && { coefficients: drawn.coefficients }),
    signals: { ...signals, ...added },
    version,
  };
  tellSampler(sampler, observation, nonFinite);
}

/** Asks a replica for the candidates of coming steps, before the learner is busy. */
async function askBefore(parts: TrainerParts, step: StepPlan): Promise<void> {
  const { scoring, upcoming, reuse } = parts;
  if ((scoring.lead() ?? 0) > 0) await upcoming.ask(step, reuse.left());
}

/** An update that others worked beside: milliseconds of its own, and of what was waited for longer. */
interface Accompanied {
  readonly updated: Updated;
  readonly train: number;
  readonly ahead: number;
  /** Seconds that a replica took that was tried out meanwhile. */
  readonly tried: number | undefined;
}

/** Updates, and has scores computed meanwhile. */
async function updateAndScore(
  parts: TrainerParts,
  trained: LoadedBatch,
  request: UpdateRequest,
): Promise<Accompanied> {
  const { clock, upcoming, reuse } = parts;
  const started = clock.now();
  const trial = request.tryOut ? tryOutBeside(parts, request) : undefined;
  let ended = started;
  const updating = updateOnFinite(parts, trained, request).then((updated) => {
    ended = clock.now();
    return updated;
  });
  const asking = request.overlap ? upcoming.ask(request, reuse.left()) : undefined;
  const meanwhile = Promise.allSettled([asking, trial]);
  // also where the update fails: when the step is over, nothing is on its way
  const updated = await updating.finally(() => meanwhile);
  const ahead = asking === undefined && trial === undefined ? 0 : clock.now() - ended;
  return { updated, train: ended - started, ahead, tried: await trial };
}

/** Names the examples of a batch that are not in what is left of it. */
function without({ ids, keys }: DrawnBatch, left: DrawnBatch) {
  const named = (batch: Pick<DrawnBatch, "ids" | "keys">, row: number): string =>
    `${batch.ids[row]}/${batch.keys[row]}`;
  const stayed = new Set(Array.from(left.ids, (_, row) => named(left, row)));
  const gone = Array.from(ids.keys()).filter((row) => !stayed.has(named({ ids, keys }, row)));
  return pickExamples({ ids, keys }, gone);
}

/** Checks what an update found, and learns from it: of the rows that it was made on. */
async function learnFrom(
  parts: TrainerParts,
  { ready, updated }: { readonly ready: ReadyBatch; readonly updated: Updated },
  step: StepPlan,
): Promise<Pick<UpdateOutcome, "result" | "estimate"> & { readonly stepped: DrawnBatch }> {
  const { trained } = updated;
  const { batch: stepped } = trained.ready;
  const { length } = stepped.ids;
  if (length < ready.rows.length) await parts.leftOut.losses(without(ready.batch, stepped), length);
  const result = steadied(parts, updated.result, stepped);
  await checkLosses(result, stepped, parts.dataset);
  if (step.importance && stepped.drawn.groups === undefined) {
    const { loss: losses = new Float32Array() } = result.signals;
    const coefficients = effectiveCoefficients(stepped);
    parts.weightWatch.stepped({ ids: stepped.ids, coefficients, losses });
  }
  const estimate = await estimateStep(parts, { ...trained, result }, step);
  await observe(parts, stepped, { signals: result.signals, version: step.progress.update });
  return { result, estimate, stepped };
}

async function trainOn(
  parts: TrainerParts,
  ready: ReadyBatch,
  { started, ...request }: UpdateRequest & { readonly started: number },
): Promise<UpdateOutcome> {
  const { clock, events } = parts;
  const { batch, candidates, rows, seen } = ready;
  const { ids, keys, version } = batch;
  const { update: now } = request.progress;
  await askBefore(parts, request);
  events.emit("batch:selected", () => ({ ids, keys, coefficients: effectiveCoefficients(batch) }));
  const selected = clock.now();
  const loaded = await candidates.load(rows);
  const begun = clock.now();
  const accompanied = await updateAndScore(parts, { ready, loaded }, request);
  const { updated, train, ahead, tried } = accompanied;
  const { result, estimate, stepped } = await learnFrom(parts, { ready, updated }, request);
  const { load, score: waited, beside } = candidates.durations;
  const durations = {
    load: load + begun - selected,
    score: selected - started - load + ahead,
    train,
    ...(beside !== undefined && { beside }),
  };
  const age = version === undefined ? undefined : now - version;
  return {
    result,
    seen,
    loaded: loaded.batch.size,
    rows: stepped.ids.length,
    skipped: rows.length - stepped.ids.length,
    durations,
    waited,
    tried,
    age,
    estimate,
  };
}

/**
 * Makes one update: loads candidates, scores them if importance sampling is on, draws and weighs rows,
 * trains on them, and learns from what the pass found.
 * @throws LOSS_NOT_FINITE, SCORE_NOT_FINITE naming the example
 */
export async function makeUpdate(
  parts: TrainerParts,
  request: UpdateRequest,
): Promise<UpdateOutcome> {
  const started = parts.clock.now();
  const ready = await drawBatch(parts, request);
  try {
    return await trainOn(parts, ready, { ...request, started });
  } finally {
    ready.candidates.dispose();
  }
}
