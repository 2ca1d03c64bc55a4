import type { Spec, TrainerOptions } from "@unequal/core";
import { chooseSizer, type ChosenSizes } from "./choose-sizer.js";

/** What a user chose of when importance sampling is on, and how large its steps are. */
interface ChosenScheduling extends ChosenSizes {
  readonly gate?: Spec<"gate"> | undefined;
  readonly scheduler?: Spec<"scheduler"> | undefined;
}

/**
 * Chooses a whole scheduler, or a gate and a sizer. Where both were asked for both are returned, for `createTrainer` to refuse.
 * @throws OPTION_INVALID
 */
export function chooseScheduling(
  asked: ChosenScheduling,
  { gate, scored }: { readonly gate: Spec<"gate">; readonly scored: boolean },
): Pick<TrainerOptions, "gate" | "sizer" | "scheduler"> {
  const { scheduler, presample } = asked;
  // sizes that go by scores are no use without any
  if (scheduler === undefined)
    return { gate, sizer: scored || asked.sizer ? chooseSizer(asked) : "fixed" };
  const sizer = presample === "auto" ? "auto" : asked.sizer;
  return { scheduler, ...(asked.gate && { gate: asked.gate }), ...(sizer && { sizer }) };
}
