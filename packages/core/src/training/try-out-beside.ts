import type { Progress } from "../contracts/progress.js";
import type { TrainerParts } from "./trainer-parts.js";
import { trialCandidates } from "./trial-candidates.js";

/** Has the replica score B candidates, drawn for this alone, so that the run's order is untouched. */
export async function tryOutBeside(
  parts: TrainerParts,
  { progress }: { readonly progress: Progress },
): Promise<void> {
  const { update: version } = progress;
  await parts.beside?.tryOut(
    trialCandidates(parts, parts.random.fork(`trial ${version}`), version),
  );
}
