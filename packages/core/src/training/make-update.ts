import type { StepResult } from "../contracts/learner.js";
import type { Pool } from "../contracts/pool.js";
import type { Progress } from "../contracts/progress.js";
import type { Candidates } from "../contracts/scoring.js";
import type { Sizes } from "../contracts/scheduler.js";
import type { Signal, Signals } from "../contracts/signals.js";
import type { ReportedGain, StepDurations } from "../events.js";
import { checkLosses } from "./check-losses.js";
import { checkSelection, type DrawnRows } from "./draw-rows.js";
import { reportGain } from "./gain.js";
import { scorePool, type ScoredPool } from "./score-pool.js";
import { selectAll, selectByImportance } from "./select-rows.js";
import { offeredSignals, signalsOf } from "./signal-sources.js";
import type { TrainerParts } from "./trainer-parts.js";
import { chunksOf, referenceOf } from "./walk-dataset.js";

/** Asks for one update. */
export interface UpdateRequest {
  readonly importance: boolean;
  /** Of an importance step, were this one: what a uniform step estimates the gain for. */
  readonly sizes: Sizes;
  readonly progress: Progress;
  /** Whether to ask for the next step's candidates while this one is computed. */
  readonly overlap: boolean;
}

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

/** Candidates, and where a first stage proposed them, its weight of each, [B]. */
interface Loaded extends Candidates {
  readonly proposed?: Float32Array;
}

/** Computes anew what the sampler asks for, a pool at a time. */
async function refresh(
  { sampler, scoring, presample }: TrainerParts,
  progress: Progress,
): Promise<void> {
  const { requires: signals = [] } = sampler;
  const version = progress.update;
  for (const ids of chunksOf(sampler.refresh?.(progress) ?? 0, presample)) {
    const keys = new Uint32Array(ids.length);
    const { pool, batch } = await scoring.submit({ ids, keys, signals, version });
    batch.dispose();
    sampler.observe?.({
      ids,
      signals: pool.signals,
      ...(pool.labels && { labels: pool.labels }),
      version,
    });
  }
}

function wantedSignals({ scorer, sampler }: TrainerParts): readonly Signal[] {
  return [...new Set([...(scorer?.requires ?? []), ...(sampler.reads ?? [])])];
}

/** Asks for the candidates of a next step like this one, if its pass has so many left. */
function askAhead(parts: TrainerParts, { importance, sizes, progress }: UpdateRequest): void {
  const next = parts.order.peek(importance ? sizes.candidates : parts.batchSize);
  if (next === undefined) return;
  const signals = importance ? wantedSignals(parts) : [];
  parts.scoring.ahead({ ...next, signals, version: progress.update + 1 });
}

async function load(
  parts: TrainerParts,
  { importance, sizes, progress }: UpdateRequest,
): Promise<Loaded> {
  const { sampler, scoring, order, weighting, batchSize } = parts;
  const version = progress.update;
  if (!importance) return scoring.submit({ ...order.next(batchSize), signals: [], version });
  await refresh(parts, progress);
  const size = sizes.candidates;
  const signals = wantedSignals(parts);
  if (sampler.propose === undefined)
    return scoring.submit({ ...order.next(size), signals, version });
  const proposal = sampler.propose(size, progress);
  checkSelection(proposal, parts.dataset.size);
  const coefficients = weighting.coefficients(proposal, undefined, progress);
  const proposed = Float32Array.from(coefficients, (c) => c * proposal.planned);
  const candidates = await scoring.submit({
    ids: Uint32Array.from(proposal.rows),
    keys: new Uint32Array(proposal.rows.length).fill(progress.update),
    weights: proposed,
    signals,
    version,
  });
  return { ...candidates, proposed };
}

/** Which examples a step trains on, and where a first stage proposed them, its weight of each; [rows]. */
interface TrainedRows {
  readonly ids: Uint32Array;
  readonly weights?: Float32Array;
  readonly labels?: Int32Array;
}

function scored(parts: TrainerParts, pool: Pool): ScoredPool {
  if (parts.scorer !== undefined) return scorePool(pool, parts.scorer, parts.nonFinite);
  const batchRows = Int32Array.from({ length: pool.ids.length }, (_, row) => row);
  return { pool, batchRows, skipped: 0 };
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
  const { pool, batch } = trained.candidates;
  const own = scorer.requires.filter((name) => learner.signals.has(name));
  const found = paid ? await learner.compute(own, batch) : trained.result.signals;
  const signals = { ...found, ...(await signalsOf(sources, scorer.requires, pool)) };
  const { pool: probed } = scorePool({ ...pool, signals }, scorer, parts.nonFinite);
  return reportGain(probed, sampler, { batchSize, ...sizes, progress });
}

function update(
  parts: TrainerParts,
  {
    candidates,
    drawn,
    ...trained
  }: { readonly candidates: Candidates; readonly drawn: DrawnRows } & TrainedRows,
  { importance, progress }: UpdateRequest,
): Promise<StepResult> {
  const { estimator, learner, random } = parts;
  if (drawn.rows.length === 0) return Promise.resolve(NOTHING);
  return estimator.step({
    ...drawn,
    ...trained,
    batch: candidates.batch,
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
  { ids, keys, weights, labels }: TrainedRows & { readonly keys: Uint32Array },
  { signals, version }: { readonly signals: Signals; readonly version: number },
): Promise<void> {
  if (sampler.observe === undefined || ids.length === 0) return;
  const added = await signalsOf(sources, sampler.requires ?? [], { ids, keys });
  sampler.observe({
    ids,
    ...(weights && { weights }),
    ...(labels && { labels }),
    signals: { ...signals, ...added },
    version,
  });
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
  const ids = Uint32Array.from(drawn.rows, (row) => pool.ids[row] as number);
  const keys = Uint32Array.from(drawn.rows, (row) => pool.keys[row] as number);
  events.emit("batch:selected", () => ({ ids, keys, coefficients: drawn.coefficients }));
  const selected = clock.now();
  const { proposed } = candidates;
  const weights = proposed && Float32Array.from(drawn.rows, (row) => proposed[row] as number);
  const labels = pool.labels && drawn.rows.map((row) => pool.labels?.[row] as number);
  const trainedRows: TrainedRows = {
    ids,
    ...(weights && { weights }),
    ...(labels && { labels }),
  };
  const updating = update(parts, { candidates, drawn, ...trainedRows }, request);
  if (request.overlap) askAhead(parts, request);
  const found = await updating;
  const result = steadied(parts, found, drawn);
  const trained = clock.now();
  await checkLosses(result, { ids, keys }, dataset);
  const estimate = importance ? undefined : await probe(parts, { candidates, result }, request);
  await observe(
    parts,
    { ...trainedRows, keys },
    { signals: result.signals, version: progress.update },
  );
  const { load: loading, score } = candidates.durations;
  const durations = { load: loading, score: score + selected - started, train: trained - selected };
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
  const candidates = await load(parts, request);
  try {
    return await trainOn(parts, candidates, request);
  } finally {
    candidates.batch.dispose();
  }
}
