import { UnequalError, type Learner, type Progress } from "@unequal/core";
import { commandOptions, type FilledConfig } from "../options/command-options.js";

/**
 * Makes the function that sets a learner's learning rate: its own at the beginning times what the schedule says.
 * @throws OPTION_INVALID if the optimizer has no learning rate to set
 */
export function learningRateFollower(
  learner: Learner,
  schedule: FilledConfig["lrSchedule"],
): (progress: Progress) => void {
  if (schedule === 1) return () => undefined;
  const factor = commandOptions.shape.lrSchedule.parse(schedule) ?? (() => 1);
  const base = learner.learningRate();
  if (base === undefined) {
    throw new UnequalError(
      "OPTION_INVALID",
      "lrSchedule needs an optimizer with a learning rate, but this one has none. Set lrSchedule to 1.",
    );
  }
  let present = base;
  return (progress) => {
    const rate = base * factor(progress);
    // at the very end a cosine is 0, and no step follows that would use it
    if (rate === present || rate === 0) return;
    present = rate;
    learner.setLearningRate(rate);
  };
}
