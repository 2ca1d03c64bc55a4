import { UnequalError, type Pool, type Signal } from "@unequal/core";

/** Copies a signal of a pool, [B], to be its score. @throws SIGNAL_UNAVAILABLE */
export function readSignal({ signals }: Pool, name: Signal): Float32Array {
  const values = signals[name];
  if (values !== undefined) return values.slice();
  throw new UnequalError(
    "SIGNAL_UNAVAILABLE",
    `The scorer "${name}" reads the signal "${name}", but the pool has ${Object.keys(signals).join(", ") || "none"}. Compute it before scoring.`,
  );
}
