import { nextFrame } from "@tensorflow/tfjs";
import { systemClock } from "@unequal/core";
import type { YieldEvery } from "./fit-options.js";

const AUTO = 125;

/** Lets other work of the program run after a batch or an epoch, where it is due; tells whether it was. */
export type Pause = (after: "batch" | "epoch") => Promise<boolean>;

/** Creates the pauses of a fit: after every batch or epoch, or so many milliseconds after the last one. */
export function createPause(every: YieldEvery): Pause {
  const interval = every === "auto" ? AUTO : every;
  let last = systemClock.now();
  const due = (after: "batch" | "epoch"): boolean =>
    typeof interval === "number"
      ? after === "batch" && systemClock.now() - last >= interval
      : after === interval;
  return async (after) => {
    if (!due(after)) return false;
    await nextFrame();
    last = systemClock.now();
    return true;
  };
}
