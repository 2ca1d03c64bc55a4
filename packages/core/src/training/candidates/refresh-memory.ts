import type { Progress } from "../../contracts/progress.js";
import type { Sampler } from "../../contracts/sampler.js";
import type { Scoring } from "../../contracts/scoring.js";
import { chunksOf } from "../pools/chunks.js";
import type { NonFinite } from "../scoring/score-pool.js";
import { tellSampler } from "./tell-sampler.js";

/** What a sampler's memory is refreshed with. */
export interface MemoryParts {
  readonly sampler: Sampler;
  readonly inline: Scoring;
  readonly presample: number;
  readonly nonFinite: NonFinite;
}

/** Computes anew what the sampler asks for, a pool at a time. */
export async function refreshMemory(
  { sampler, inline, presample, nonFinite }: MemoryParts,
  progress: Progress,
): Promise<void> {
  const { requires: signals = [] } = sampler;
  const scoredAt = progress.update;
  const wanted = sampler.refresh?.(progress);
  if (wanted === undefined) return;
  for (const ids of chunksOf(wanted, presample)) {
    const keys = new Uint32Array(ids.length);
    const { pool, dispose } = await inline.submit({ ids, keys, signals, scoredAt });
    dispose();
    const { labels, signals: found } = pool;
    tellSampler(sampler, { ids, signals: found, ...(labels && { labels }), scoredAt }, nonFinite);
  }
}
