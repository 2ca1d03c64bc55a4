import type { Stateful } from "../../contracts/state.js";
import type { SizedEstimate } from "../../contracts/events.js";
import type { EventBus } from "../../events.js";
import { savedData } from "../../state/saved-data.js";

/** Holds what a gate, sizer or rate has learnt from the events of its run. */
export interface EstimateMemory<M> extends Stateful {
  readonly now: () => M;
  readonly set: (memory: M) => void;
}

/**
 * Creates a memory that takes in the estimate of each step, importance or uniform, by a pure function, so that
 * recorded events replay it. It is plain data, and saved with the run.
 */
export function createEstimateMemory<M>(
  owner: string,
  events: EventBus,
  rule: { readonly initial: M; readonly next: (memory: M, estimate: SizedEstimate) => M },
): EstimateMemory<M> {
  let memory = rule.initial;
  const learn = ({ estimate }: { readonly estimate?: SizedEstimate }): void => {
    if (estimate !== undefined) memory = rule.next(memory, estimate);
  };
  events.on("batch:scored", learn);
  events.on("step:end", learn);
  return {
    now: () => memory,
    set: (other) => {
      memory = other;
    },
    ...savedData(
      owner,
      () => memory,
      (saved) => (memory = saved),
    ),
  };
}
