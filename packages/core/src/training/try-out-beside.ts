import type { Progress } from "../contracts/progress.js";
import { wantedSignals } from "./plan-candidates.js";
import type { TrainerParts } from "./trainer-parts.js";

/** Has the replica score B candidates, drawn for this alone, so that the run's order is untouched. */
export async function tryOutBeside(
  parts: TrainerParts,
  { progress }: { readonly progress: Progress },
): Promise<void> {
  const { beside, dataset, presample } = parts;
  const { update: version } = progress;
  const random = parts.random.fork(`trial ${version}`);
  const ids = Uint32Array.from({ length: presample }, () => random.integer(dataset.size));
  const keys = new Uint32Array(presample);
  await beside?.tryOut({ ids, keys, signals: wantedSignals(parts), version });
}
