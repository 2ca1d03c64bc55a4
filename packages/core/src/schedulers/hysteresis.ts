import { z } from "zod";

/** Fixes how reluctantly a gate switches. */
export interface SwitchRule {
  /** On from threshold · (1 + margin), off below threshold · (1 − margin). */
  readonly margin: number;
  /** Least number of estimates between two switches, and before the first. */
  readonly dwell: number;
}

/** Remembers what a gate last decided. */
export interface Switch {
  readonly on: boolean;
  /** Estimates since the last switch. */
  readonly since: number;
}

/** The options that set a {@link SwitchRule}. */
export const switchOptions = {
  margin: z.number().min(0).max(0.9).default(0.05).describe("hysteresis around the threshold"),
  dwell: z.int().positive().default(20).describe("least estimates between switches"),
};

/** Decides anew after one more estimate; a NaN on either side changes nothing. */
export function nextSwitch(
  { on, since }: Switch,
  { value, threshold }: { readonly value: number; readonly threshold: number },
  { margin, dwell }: SwitchRule,
): Switch {
  const counted = { on, since: since + 1 };
  if (Number.isNaN(value) || Number.isNaN(threshold) || counted.since < dwell) return counted;
  const wanted = value >= threshold * (on ? 1 - margin : 1 + margin);
  return wanted === on ? counted : { on: wanted, since: 0 };
}
