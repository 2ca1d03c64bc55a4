import type { Observation, Sampler } from "../../contracts/sampler.js";
import { rowsOfFiniteSignals } from "../pools/finite-rows.js";
import { pickVectors } from "../pools/pick-vectors.js";
import type { NonFinite } from "../scoring/score-pool.js";

function pickRows(observation: Observation, rows: Int32Array): Observation {
  const { ids, signals, labels, proposed, coefficients, scoredAt } = observation;
  const pick = (values: Float32Array): Float32Array => pickVectors(values, ids.length, rows);
  return {
    ids: Uint32Array.from(rows, (row) => ids[row] as number),
    signals: Object.fromEntries(
      Object.entries(signals).map(([name, values]) => [name, pick(values)]),
    ),
    ...(labels && { labels: Int32Array.from(rows, (row) => labels[row] as number) }),
    ...(proposed && { proposed }),
    ...(coefficients && { coefficients: pick(coefficients) }),
    scoredAt,
  };
}

/** Has a sampler observe rows: under `nonFinite: "skip"` those alone whose signals are all finite, lest it remember others. */
export function tellSampler(
  sampler: Sampler,
  observation: Observation,
  nonFinite: NonFinite,
): void {
  const { ids, signals } = observation;
  const size = ids.length;
  const rows = nonFinite === "skip" ? rowsOfFiniteSignals(signals, size) : undefined;
  if (rows === undefined || rows.length === size) sampler.observe?.(observation);
  else if (rows.length > 0) sampler.observe?.(pickRows(observation, rows));
}
