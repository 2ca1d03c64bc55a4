import type { Gate, Scheduler, SchedulerFacts, Sizer, Sizes } from "../contracts/scheduler.js";
import type { State } from "../contracts/state.js";
import { restored } from "../state/restored.js";

/** Asks a sizer for its sizes at the beginning of a run. */
function firstSizes(sizer: Sizer, { size, batchSize }: SchedulerFacts): Sizes {
  const none = { update: 0, seen: 0, trained: 0, epoch: 0, pass: 0, seconds: 0, done: 0 };
  return sizer.size({ ...none, updatesPerEpoch: Math.ceil(size / batchSize) });
}

/** Composes the usual scheduler: the gate says when, the sizer how large. */
export function composeScheduler(gate: Gate, sizer: Sizer): Scheduler {
  const compared = gate.requires.has("costs") ? (["comparison"] as const) : [];
  return {
    requires: new Set([...gate.requires, ...sizer.requires, ...compared]),
    bind: (facts) => {
      sizer.bind?.(facts);
      const { batches = 1 } = facts;
      const steady = sizer.steady === true && { ...firstSizes(sizer, facts), batches };
      gate.bind?.({ ...facts, ...(steady && { sizes: steady }) });
    },
    decide: (progress) => ({ importance: gate.decide(progress), ...sizer.size(progress) }),
    figures: () => ({ ...gate.figures(), sizer: sizer.figures() }),
    state: () => ({ version: 1, gate: gate.state(), sizer: sizer.state() }),
    restore: (state) => {
      const saved = restored<{ gate: State; sizer: State }>(state, 1, "the scheduler");
      gate.restore(saved.gate);
      sizer.restore(saved.sizer);
    },
  };
}
