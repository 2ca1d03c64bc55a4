import type { State } from "../contracts/state.js";
import { UnequalError } from "../errors.js";

/**
 * Returns a deep copy of a state after checking that it is there and of the expected version.
 * @throws STATE_INCOMPATIBLE
 */
export function restored<T extends object>(
  state: State | undefined,
  version: number,
  owner: string,
): T {
  if (state?.version === version) return structuredClone(state) as unknown as T;
  throw new UnequalError(
    "STATE_INCOMPATIBLE",
    `The state for ${owner} must have version ${version}, but has ${state?.version ?? "none"}. Restore it with the version of Unequal that saved it.`,
  );
}
