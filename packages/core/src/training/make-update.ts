import type { StepResult } from "../contracts/learner.js";
import type { Pool } from "../contracts/pool.js";
import type { Candidates, Rows } from "../contracts/scoring.js";
import type { Signal, Signals } from "../contracts/signals.js";
import type { ReportedGain, StepDurations } from "../events.js";
import { checkLosses } from "./check-losses.js";
import type { DrawnRows } from "./draw-rows.js";
import { everyRow } from "./every-row.js";
import { reportGain } from "./gain.js";
import { scorePool, type ScoredPool } from "./score-pool.js";
import { selectAll, selectByImportance } from "./select-rows.js";
import { offeredSignals, signalsOf } from "./signal-sources.js";
import { askAhead, loadCandidates, type Loaded, type UpdateRequest } from "./load-candidates.js";
import type { TrainerParts } from "./trainer-parts.js";
import { referenceOf } from "./walk-dataset.js";

/** Holds what one update did. */
export interface UpdateOutcome {
  readonly result: StepResult;
  /** Candidates loaded. */
  readonly seen: number;
  /** Distinct rows trained on. */
  readonly rows: number;
  readonly durations: StepDurations;
  readonly estimate: ReportedGain | undefined;
}

/** Which examples a step trains on, and where a first stage proposed them, its weight of each; [rows]. */
interface TrainedRows {
  readonly ids: Uint32Array;
  readonly weights?: Float32Array;
  readonly labels?: Int32Array;
}

function scored(parts: TrainerParts, pool: Pool): ScoredPool {
  if (parts.scorer !== undefined) return scorePool(pool, parts.scorer, parts.nonFinite);
  return { pool, batchRows: everyRow(pool.ids.length), skipped: 0 };
}

/** What an update on no rows finds: the empty sum. */
const NOTHING: StepResult = { loss: 0, metrics: {}, signals: {} };

/** Signals to take of the training pass: what the sampler observes, and on a uniform step what the gain is estimated by. */
function freeSignals(
  { scorer, sampler, learner }: TrainerParts,
  importance: boolean,
): readonly Signal[] {
  const probed = importance ? [] : (scorer?.requires ?? []);
  const wanted = new Set([...probed, ...(sampler.requires ?? [])]);
  return [...wanted].filter((name) => learner.signals.get(name) === "free");
}

/** Estimates tau from the rows of a uniform batch: with the pass's own signals, or with a paid probe now and then. */
async function probe(
  parts: TrainerParts,
  trained: { readonly candidates: Candidates; readonly result: StepResult },
  { sizes, progress }: UpdateRequest,
): Promise<ReportedGain | undefined> {
  const { scorer, sampler, learner, sources, batchSize } = parts;
  if (scorer === undefined || sampler.law === undefined) return undefined;
  const offered = offeredSignals(learner, sources);
  const paid = scorer.requires.some((name) => offered.get(name) !== "free");
  if (paid && progress.update % parts.probeEvery !== 0) return undefined;
  const { pool, load } = trained.candidates;
  const own = scorer.requires.filter((name) => learner.signals.has(name));
  const { batch } = await load(everyRow(pool.ids.length));
  const found = paid ? await learner.compute(own, batch) : trained.result.signals;
  const signals = { ...found, ...(await signalsOf(sources, scorer.requires, pool)) };
  const { pool: probed } = scorePool({ ...pool, signals }, scorer, parts.nonFinite);
  return reportGain(probed, sampler, { batchSize, ...sizes, progress });
}

async function update(
  parts: TrainerParts,
  { loaded, drawn, ...trained }: { readonly loaded: Rows; readonly drawn: DrawnRows } & TrainedRows,
  { importance, progress }: UpdateRequest,
): Promise<StepResult> {
  const { estimator, learner, random } = parts;
  if (drawn.rows.length === 0) return NOTHING;
  return estimator.step({
    ...drawn,
    ...trained,
    ...loaded,
    learner,
    progress,
    noise: random.seed(),
    random,
    signals: freeSignals(parts, importance),
    reference: referenceOf(parts, progress.update),
  });
}

/** Corrects the metrics of a step for the sum of its coefficients, which uniform steps keep at 1. */
function steadied(
  { metrics }: TrainerParts,
  result: StepResult,
  { coefficients }: DrawnRows,
): StepResult {
  const weight = coefficients.reduce((sum, coefficient) => sum + coefficient, 0);
  return { ...result, metrics: metrics.correct(result.metrics, weight) };
}

/** Tells the sampler what the pass found of the rows, and what sources know of them. */
async function observe(
  { sampler, sources }: TrainerParts,
  {
    ids,
    keys,
    weights,
    labels,
    drawn,
  }: TrainedRows & { readonly keys: Uint32Array; readonly drawn: DrawnRows },
  { signals, version }: { readonly signals: Signals; readonly version: number },
): Promise<void> {
  if (sampler.observe === undefined || ids.length === 0) return;
  const added = await signalsOf(sources, sampler.requires ?? [], { ids, keys });
  sampler.observe({
    ids,
    ...(weights && { weights }),
    ...(labels && { labels }),
    ...(drawn.groups === undefined && { coefficients: drawn.coefficients }),
    signals: { ...signals, ...added },
    version,
  });
}

function trainedRowsOf({ pool, proposed }: Loaded, { rows }: DrawnRows): TrainedRows {
  const { labels } = pool;
  return {
    ids: Uint32Array.from(rows, (row) => pool.ids[row] as number),
    ...(proposed && { weights: Float32Array.from(rows, (row) => proposed[row] as number) }),
    ...(labels && { labels: rows.map((row) => labels[row] as number) }),
  };
}

/** Updates, and asks for the next step's candidates meanwhile; returns the milliseconds of both. */
async function updateAndAsk(
  parts: TrainerParts,
  trained: Parameters<typeof update>[1],
  request: UpdateRequest,
): Promise<{ readonly found: StepResult; readonly train: number; readonly ahead: number }> {
  const { clock } = parts;
  const started = clock.now();
  let ended = started;
  const updating = update(parts, trained, request).then((result) => {
    ended = clock.now();
    return result;
  });
  const asking = askAhead(parts, request);
  // also where the update fails: when the step is over, nothing is on its way
  const found = await updating.finally(() => asking);
  const ahead = request.overlap ? clock.now() - ended : 0;
  return { found, train: ended - started, ahead };
}

async function trainOn(
  parts: TrainerParts,
  candidates: Loaded,
  request: UpdateRequest,
): Promise<UpdateOutcome> {
  const { clock, events, dataset } = parts;
  const { importance, sizes, progress } = request;
  const { pool } = candidates;
  const started = clock.now();
  const drawn = importance
    ? selectByImportance(parts, scored(parts, pool), { ...sizes, progress })
    : selectAll(pool.ids.length);
  const trained = trainedRowsOf(candidates, drawn);
  const { ids } = trained;
  const keys = Uint32Array.from(drawn.rows, (row) => pool.keys[row] as number);
  events.emit("batch:selected", () => ({ ids, keys, coefficients: drawn.coefficients }));
  const selected = clock.now();
  const loaded = await candidates.load(drawn.rows);
  const begun = clock.now();
  const { found, train, ahead } = await updateAndAsk(parts, { loaded, drawn, ...trained }, request);
  const result = steadied(parts, found, drawn);
  await checkLosses(result, { ids, keys }, dataset);
  const estimate = importance ? undefined : await probe(parts, { candidates, result }, request);
  const { signals } = result;
  await observe(parts, { ...trained, keys, drawn }, { signals, version: progress.update });
  const { durations: before } = candidates;
  const durations = {
    load: before.load + begun - selected,
    score: before.score + selected - started + ahead,
    train,
  };
  return { result, seen: pool.ids.length, rows: ids.length, durations, estimate };
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
  const candidates = await loadCandidates(parts, request);
  try {
    return await trainOn(parts, candidates, request);
  } finally {
    candidates.dispose();
  }
}
