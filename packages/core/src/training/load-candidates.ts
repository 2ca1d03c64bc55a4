import type { Progress } from "../contracts/progress.js";
import type { Candidates } from "../contracts/scoring.js";
import type { Sizes } from "../contracts/scheduler.js";
import type { Signal } from "../contracts/signals.js";
import { checkSelection } from "./draw-rows.js";
import type { TrainerParts } from "./trainer-parts.js";
import { chunksOf } from "./walk-dataset.js";

/** Asks for one update. */
export interface UpdateRequest {
  readonly importance: boolean;
  /** Of an importance step, were this one: what a uniform step estimates the gain for. */
  readonly sizes: Sizes;
  readonly progress: Progress;
  /** Whether to ask for the next step's candidates while this one is computed. */
  readonly overlap: boolean;
}

/** Candidates, and where a first stage proposed them, its weight of each, [B]. */
export interface Loaded extends Candidates {
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
    const { pool, dispose } = await scoring.submit({ ids, keys, signals, version });
    dispose();
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
export async function askAhead(
  parts: TrainerParts,
  { importance, sizes, progress, overlap }: UpdateRequest,
): Promise<void> {
  if (!overlap) return;
  const next = parts.order.peek(importance ? sizes.candidates : parts.batchSize);
  if (next === undefined) return;
  const signals = importance ? wantedSignals(parts) : [];
  await parts.scoring.ahead({ ...next, signals, version: progress.update + 1 });
}

/** Loads the candidates of a step, and scores them if importance sampling is on. */
export async function loadCandidates(
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
