import type { Columns, HostArray, HostBatch } from "../contracts/arrays.js";

/** Lists the columns of examples, inputs first, whether they have names or not. */
export function columnsOf({
  inputs,
  targets,
}: Pick<HostBatch, "inputs" | "targets">): readonly HostArray[] {
  return [inputs, targets].flatMap((each: Columns) => Object.values<HostArray>(each));
}
