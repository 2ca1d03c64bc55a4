import { z } from "zod";

/** Estimates without a change after which one change is forgotten. */
const FORGETTING = 1000;

/** Fixes how reluctantly a gate switches. */
export interface SwitchRule {
  /**
   * On from threshold · (1 + margin · 2ᵏ), off below threshold · (1 − margin). k = 0 for the first two times that it
   * comes on, then one more each time; a thousand estimates without a change of mind take one change back.
   */
  readonly margin: number;
  /** Least number of estimates between two switches, and before the first. */
  readonly dwell: number;
}

/** Remembers what a gate last decided. */
export interface Switch {
  readonly on: boolean;
  /** Estimates since the last switch. */
  readonly since: number;
  /** Changes of mind, but for those forgotten. */
  readonly changes: number;
}

/** Has not decided yet. */
export const undecided: Switch = { on: false, since: 0, changes: 0 };

/** The options that set a {@link SwitchRule}. */
export const switchOptions = {
  margin: z.number().min(0).max(0.9).default(0.05).describe("hysteresis around the threshold"),
  dwell: z.int().positive().default(20).describe("least estimates between switches"),
};

/** Counts the changes of mind that are not forgotten. */
function remembered({ changes, since }: Switch): number {
  return Math.max(0, changes - Math.floor(since / FORGETTING));
}

/** Returns the margin above the threshold that a gate asks for to come on: twice as wide each further time that it does. */
export function marginOn(before: Switch, { margin }: SwitchRule): number {
  return margin * 2 ** Math.max(0, Math.floor(remembered(before) / 2) - 1);
}

/** Decides anew after one more estimate; a NaN on either side changes nothing. */
export function nextSwitch(
  before: Switch,
  { value, threshold }: { readonly value: number; readonly threshold: number },
  rule: SwitchRule,
): Switch {
  const { on, since, changes } = before;
  const counted = { on, since: since + 1, changes };
  if (Number.isNaN(value) || Number.isNaN(threshold) || counted.since < rule.dwell) return counted;
  const wanted = value >= threshold * (on ? 1 - rule.margin : 1 + marginOn(before, rule));
  if (wanted === on) return counted;
  return { on: wanted, since: 0, changes: remembered(before) + 1 };
}
