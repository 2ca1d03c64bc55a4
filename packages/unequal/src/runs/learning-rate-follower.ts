import { UnequalError, type Learner } from "@unequal/core";
import { learningRateSchedule } from "../defaults/learning-rate-schedule.js";

/**
 * Makes the function that sets a learner's learning rate by the share of the limit that is used up.
 * @throws OPTION_INVALID if the optimizer has no learning rate to set
 */
export function learningRateFollower(learner: Learner, text: string): (fraction: number) => void {
  const schedule = learningRateSchedule(text);
  if (schedule === undefined || text === "constant") return () => undefined;
  const base = learner.learningRate();
  if (base === undefined) {
    throw new UnequalError(
      "OPTION_INVALID",
      `The schedule "${text}" needs an optimizer with a learning rate, but this one has none. Use lrSchedule "constant".`,
    );
  }
  let present = base;
  return (fraction) => {
    const rate = base * schedule(fraction);
    // At the very end a cosine is 0, and no step follows that would use it.
    if (rate === present || rate === 0) return;
    present = rate;
    learner.setLearningRate(rate);
  };
}
