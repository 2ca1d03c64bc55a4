import { systemClock, type Dataset } from "@unequal/core";
import { followReading, readingBar, readingLines } from "../reporters/follow-reading.js";
import { liveLine, type LiveLine } from "../reporters/live-line.js";
import type { Terminal } from "../text/terminal.js";
import { breather } from "./breather.js";

/** Where it is shown how far something is: in place on a terminal, else in lines; nowhere if neither is given. */
export interface ProgressPlace {
  readonly live?: LiveLine | undefined;
  readonly say?: (line: string) => void;
}

/** Finds the live line of a terminal, on stderr; undefined where that is none. */
export function liveLineOf({ stderr }: Terminal): LiveLine | undefined {
  return stderr.isTTY === true ? liveLine(stderr) : undefined;
}

/** Shows how far a dataset has been read while `use` walks over it, and lets signals through meanwhile. */
export async function showReading<T>(
  { live, say = () => undefined }: ProgressPlace,
  { what, dataset }: { readonly what: string; readonly dataset: Dataset },
  use: (followed: Dataset) => Promise<T>,
): Promise<T> {
  const { size } = dataset;
  const listener = live
    ? readingBar(live, what, size)
    : readingLines(say, what, { size, clock: systemClock });
  try {
    return await use(followReading(dataset, { listener, breathe: breather() }));
  } finally {
    live?.clear();
  }
}
