import { WEIGHTED_SIGNALS, type Signals } from "../../contracts/signals.js";

/** Takes weights, [rows], out of the signals that they are a factor of. */
export function unweighted(signals: Signals, weights: Float32Array | undefined): Signals {
  if (weights === undefined) return signals;
  const divide = (values: Float32Array): Float32Array => {
    const width = values.length / weights.length;
    return values.map((value, at) => value / (weights[Math.floor(at / width)] as number));
  };
  const entries = Object.entries(signals).map(
    ([name, values]) => [name, WEIGHTED_SIGNALS.has(name) ? divide(values) : values] as const,
  );
  return Object.fromEntries(entries);
}
