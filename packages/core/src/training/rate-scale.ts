import type { Estimator } from "../contracts/estimator.js";
import type { Learner } from "../contracts/learner.js";
import type { StepDecision } from "../contracts/scheduler.js";
import { UnequalError } from "../errors.js";
import type { EventBus } from "../events.js";

/** What tells whether the learning rate of one step can follow how quiet its batch is. */
interface ScaledParts {
  readonly estimator: Pick<Estimator, "scalesRate">;
  readonly learner: Pick<Learner, "facts">;
  /** Whether the weighting claims no bias. */
  readonly claimsNoBias: boolean;
  readonly events: EventBus;
}

/** Says why φ is 1; undefined where it may be another. */
function whyUnscaled({ estimator, learner, claimsNoBias }: ScaledParts): string | undefined {
  if (!claimsNoBias) return 'the weights leave a bias. Use the weighting "unbiased"';
  if (!estimator.scalesRate)
    return 'the estimator has a variance of its own. Use the estimator "plain"';
  if (!learner.facts.scalesRate)
    return "the optimizer remembers steps, or is not known. Use SGD, momentum or Adam";
  return undefined;
}

/** Makes what tells φ of a step: 1 where the learning rate cannot follow, which it warns of once. @throws RATE_INVALID */
export function rateScaler(parts: ScaledParts): (decision: StepDecision) => number {
  const why = whyUnscaled(parts);
  let told = false;
  return ({ rate = 1 }) => {
    if (!(rate > 0 && rate < Infinity))
      throw new UnequalError(
        "RATE_INVALID",
        `A rate must give a finite factor above 0, but gave ${rate}. Correct its options, or the part.`,
      );
    if (rate === 1 || why === undefined) return rate;
    if (!told)
      parts.events.emit("warning", () => ({
        code: "RATE_UNSCALED",
        message: `The learning rate cannot follow the effective batch: ${why}, or the rate "fixed".`,
      }));
    told = true;
    return 1;
  };
}
