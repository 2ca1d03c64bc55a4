import type { Progress } from "../contracts/progress.js";
import type { Gate, Rate, Scheduler, SchedulerFacts, Sizer } from "../contracts/scheduler.js";
import type { State } from "../contracts/state.js";
import { restored } from "../state/restored.js";

/** How far a run is that has not begun. */
export function firstProgress({
  size,
  batchSize,
}: Pick<SchedulerFacts, "size" | "batchSize">): Progress {
  const none = { update: 0, seen: 0, trained: 0, epoch: 0, pass: 0, seconds: 0, done: 0 };
  return { ...none, updatesPerEpoch: Math.ceil(size / batchSize) };
}

/** Composes the usual scheduler: the gate says when, the sizer how large, the rate how far. */
export function composeScheduler(gate: Gate, sizer: Sizer, rate: Rate): Scheduler {
  const compared = gate.requires.includes("costs") ? (["comparison"] as const) : [];
  return {
    requires: [...new Set([...gate.requires, ...sizer.requires, ...rate.requires, ...compared])],
    bind: (facts) => {
      sizer.bind?.(facts);
      rate.bind?.(facts);
      const steady = sizer.steady && { sizes: sizer.size(firstProgress(facts)) };
      gate.bind?.({ ...facts, ...steady });
    },
    decide: (progress) => ({
      importance: gate.decide(progress),
      ...sizer.size(progress),
      rate: rate.factor(progress),
    }),
    figures: () => ({ ...gate.figures(), sizer: sizer.figures(), rate: rate.figures() }),
    state: () => ({ version: 2, gate: gate.state(), sizer: sizer.state(), rate: rate.state() }),
    restore: (state) => {
      const saved = restored<{ gate: State; sizer: State; rate: State }>(state, 2, "the scheduler");
      gate.restore(saved.gate);
      sizer.restore(saved.sizer);
      rate.restore(saved.rate);
    },
  };
}
