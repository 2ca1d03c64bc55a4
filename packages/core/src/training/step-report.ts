import type { Progress } from "../contracts/progress.js";
import type { EventBus } from "../events.js";
import type { StepReport } from "./budget.js";
import type { UpdateOutcome } from "./make-update.js";

/** Reports an update that was made, and emits `step:end`. */
export function reportStep(
  events: EventBus,
  { result, durations, estimate, rows, loaded, age, skipped }: UpdateOutcome,
  step: { readonly progress: Progress; readonly importance: boolean },
): StepReport {
  const { loss, metrics } = result;
  const report = { ...step, loss, metrics, durations, ...(age !== undefined && { age }) };
  events.emit("step:end", () => ({
    ...report,
    rows,
    loaded,
    ...(skipped > 0 && { skipped }),
    ...(estimate && { estimate }),
  }));
  return report;
}
