import type { Progress } from "../contracts/progress.js";
import type { TrainerParts } from "./trainer-parts.js";
import { trialCandidates } from "./trial-candidates.js";

/** Has the replica score B candidates, drawn for this alone; returns the seconds that it took, if it could. */
export async function tryOutBeside(
  parts: TrainerParts,
  { progress }: { readonly progress: Progress },
): Promise<number | undefined> {
  const { update: version } = progress;
  return parts.beside?.tryOut(
    trialCandidates(parts, parts.random.fork(`trial ${version}`), version),
  );
}
