import type { Progress } from "../contracts/progress.js";
import type { TrainerParts } from "./trainer-parts.js";
import { chunksOf } from "./walk-dataset.js";

/** Computes anew what the sampler asks for, a pool at a time. */
export async function refreshMemory(
  { sampler, inline, presample }: Pick<TrainerParts, "sampler" | "inline" | "presample">,
  progress: Progress,
): Promise<void> {
  const { requires: signals = [] } = sampler;
  const version = progress.update;
  for (const ids of chunksOf(sampler.refresh?.(progress) ?? 0, presample)) {
    const keys = new Uint32Array(ids.length);
    const { pool, dispose } = await inline.submit({ ids, keys, signals, version });
    dispose();
    sampler.observe?.({
      ids,
      signals: pool.signals,
      ...(pool.labels && { labels: pool.labels }),
      version,
    });
  }
}
