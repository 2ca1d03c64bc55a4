import { systemClock, type Clock } from "@unequal/core";
import { columnsOf } from "../text/columns-of.js";
import type { Output } from "../text/terminal.js";

/** A line of a terminal that is drawn anew in place. */
export interface LiveLine {
  /** Shows what `text` makes of the width that there is, now or soon: it may be called as often as one likes. */
  readonly draw: (text: (width: number) => string) => void;
  /** Removes the line, so that others can be written; the next `draw` shows it below them. */
  readonly clear: () => void;
}

const INTERVAL = 200;

/** Makes a live line; without a `clock` by the system's. Nothing but `draw` and `clear` writes, so there is nothing to close. */
export function liveLine(output: Output, clock: Clock = systemClock): LiveLine {
  let shown = 0;
  let drawn = -Infinity;
  const clear = (): void => {
    if (shown === 0) return;
    // a terminal that has become narrower has broken the line into several
    const above = Math.ceil(shown / (columnsOf(output) ?? Infinity)) - 1;
    output.write(`\r${above > 0 ? `\u001b[${above}A` : ""}\u001b[J`);
    shown = 0;
    drawn = -Infinity;
  };
  return {
    clear,
    draw: (text) => {
      const now = clock.now();
      if (now - drawn < INTERVAL) return;
      clear();
      // in the last column a cursor may be on this line or on the next
      const line = text((columnsOf(output) ?? Infinity) - 1);
      output.write(line);
      shown = line.length;
      drawn = now;
    },
  };
}
