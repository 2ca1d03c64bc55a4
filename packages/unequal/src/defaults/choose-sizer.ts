import { UnequalError, type Spec } from "@unequal/core";

/** What a user chose of the sizes of importance steps. */
export interface ChosenSizes {
  /** B, candidates scored for one importance step; `"auto"`: the sizer `auto`. */
  readonly presample?: number | "auto" | undefined;
  /** How large importance steps are; default `fixed`. */
  readonly sizer?: Spec<"sizer"> | undefined;
}

/**
 * Chooses the sizer: the one that is named, or `auto` for `presample: "auto"`, else `fixed`.
 * @throws OPTION_INVALID where both are given
 */
export function chooseSizer({ presample, sizer }: ChosenSizes): Spec<"sizer"> {
  if (presample !== "auto") return sizer ?? "fixed";
  if (sizer === undefined) return "auto";
  throw new UnequalError(
    "OPTION_INVALID",
    'presample: "auto" stands for sizer: "auto", but a sizer is given too. Leave one of them out, or give presample a number.',
  );
}
