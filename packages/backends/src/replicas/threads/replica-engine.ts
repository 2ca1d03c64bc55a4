import { UnequalError } from "@unequal/core";
import { engineTraits } from "../../models/engine-traits.js";

/**
 * Names the backend on whose engine a replica of a model on the active one computes, as that one's definition says.
 * @throws SCORING_UNAVAILABLE
 */
export function replicaEngine(): string {
  const { backend, replica } = engineTraits();
  if (replica !== undefined) return replica;
  throw new UnequalError(
    "SCORING_UNAVAILABLE",
    `A replica of the model needs an engine next to which a thread can compute, but the model runs on "${backend}", which has none, or which was not started by its backend. Score inline, or choose another backend.`,
  );
}
