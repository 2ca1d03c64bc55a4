import type { Columns, HostArray, HostBatch } from "../../contracts/arrays.js";

/** Lists the columns of examples: inputs, then targets, each in their own order. */
export function columnsOf({
  inputs,
  targets,
}: Pick<HostBatch, "inputs" | "targets">): readonly HostArray[] {
  return [inputs, targets].flatMap((each: Columns) => Object.values<HostArray>(each));
}
