import { UnequalError, type Learner, type Progress } from "@unequal/core";
import { commandOptions, type FilledConfig } from "../options/command-options.js";

/**
 * Makes the function that sets a learner's learning rate for the coming update: its own at the beginning times what the
 * schedule says.
 * @throws OPTION_INVALID if the optimizer has no learning rate to set
 */
export function learningRateFollower(
  learner: Pick<Learner, "learningRate" | "setLearningRate">,
  schedule: FilledConfig["lrSchedule"],
): (progress: Progress) => void {
  const factor = commandOptions.shape.lrSchedule.parse(schedule);
  const base = learner.learningRate();
  if (factor === undefined || (schedule === 1 && base === undefined)) return () => undefined;
  if (base === undefined) {
    throw new UnequalError(
      "OPTION_INVALID",
      "lrSchedule needs an optimizer with a learning rate, but this one has none. Set lrSchedule to 1.",
    );
  }
  return (progress) => {
    const rate = base * factor(progress);
    if (rate !== learner.learningRate()) learner.setLearningRate(rate);
  };
}
