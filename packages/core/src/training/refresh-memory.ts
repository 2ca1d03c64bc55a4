import type { Progress } from "../contracts/progress.js";
import { tellSampler } from "./tell-sampler.js";
import type { TrainerParts } from "./trainer-parts.js";
import { chunksOf } from "./walk-dataset.js";

/** Computes anew what the sampler asks for, a pool at a time. */
export async function refreshMemory(
  {
    sampler,
    inline,
    presample,
    nonFinite,
  }: Pick<TrainerParts, "sampler" | "inline" | "presample" | "nonFinite">,
  progress: Progress,
): Promise<void> {
  const { requires: signals = [] } = sampler;
  const version = progress.update;
  for (const ids of chunksOf(sampler.refresh?.(progress) ?? 0, presample)) {
    const keys = new Uint32Array(ids.length);
    const { pool, dispose } = await inline.submit({ ids, keys, signals, version });
    dispose();
    const { labels, signals: found } = pool;
    tellSampler(sampler, { ids, signals: found, ...(labels && { labels }), version }, nonFinite);
  }
}
