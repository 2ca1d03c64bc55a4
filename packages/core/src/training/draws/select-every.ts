import { everyRow } from "../../arrays/every-row.js";
import type { Pool } from "../../contracts/pool.js";
import type { Selection } from "../../contracts/selection.js";

/** Takes every candidate once: the `select` of a sampler that decides in `propose` which candidates there are. */
export function selectEvery({ ids }: Pool): Selection {
  return {
    rows: everyRow(ids.length),
    expected: new Float64Array(ids.length).fill(1),
    planned: ids.length,
    population: ids.length,
  };
}
