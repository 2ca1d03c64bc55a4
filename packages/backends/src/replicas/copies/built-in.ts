import { UnequalError } from "@unequal/core";
import { findBuiltIn, type BuiltIns } from "../../node/find-built-in.js";

/** Loads a module of Node that replicas need. @throws SCORING_UNAVAILABLE outside Node */
export function builtIn<N extends keyof BuiltIns>(name: N): BuiltIns[N] {
  const found = findBuiltIn(name);
  if (found !== undefined) return found;
  throw new UnequalError(
    "SCORING_UNAVAILABLE",
    "A replica of the model runs on a thread of Node.js 20.19 or later, and this is not Node. Score inline here.",
  );
}
