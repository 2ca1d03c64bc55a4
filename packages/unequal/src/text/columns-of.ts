import type { Output } from "./terminal.js";

const USUAL = 80;

/** Returns the width of a terminal, as it is now; undefined for what is none: its lines may have any length. */
export function columnsOf({
  isTTY,
  columns,
}: Pick<Output, "isTTY" | "columns">): number | undefined {
  if (isTTY !== true) return undefined;
  // a terminal of a width that nobody has set says 0
  return columns === undefined || columns < 1 ? USUAL : columns;
}
