import type { ScoringMode } from "../../contracts/events.js";
import type { EventBus } from "../../events.js";
import { disposed, reasonOf } from "../../errors.js";

/** Where scores are computed, and whether the replica was given up for good. */
export interface ScoringStatus {
  readonly mode: ScoringMode;
  readonly over: boolean;
}

/** Keeps where scores are computed, and tells when that changes. */
export function createMode(events: EventBus) {
  let status: ScoringStatus = { mode: "inline", over: false };
  let closed = false;
  let told = false;
  const enter = (next: ScoringStatus, reason: string): void => {
    const changed = next.mode !== status.mode;
    status = next;
    // the first choice is told too, where it changes nothing
    if (changed || !told) events.emit("scoring:switched", () => ({ mode: next.mode, reason }));
    told = true;
  };
  const giveUp = (reason: string): void => enter({ mode: "inline", over: true }, reason);
  return {
    mode: (): ScoringMode => status.mode,
    status: () => status,
    use: (mode: ScoringMode, reason: string) => {
      enter({ ...status, mode }, reason);
    },
    resume: (saved: ScoringStatus) => {
      status = saved;
    },
    giveUp,
    close: () => {
      closed = true;
    },
    /** @throws DISPOSED */
    checkOpen: () => {
      if (closed) throw disposed();
    },
    fail: (error: unknown) => {
      const reason = reasonOf(error);
      const message = `Scores are computed inline from now on: ${reason}`;
      events.emit("warning", () => ({ code: "SCORING_FAILED", message }));
      giveUp(reason);
    },
  };
}

/** @see createMode */
export type Mode = ReturnType<typeof createMode>;
