import { UnequalError } from "../errors.js";

/** How often a run is saved: every so many seconds, `"30s"`, `"5m"`, `"1h"`; updates, `"1000up"`; epochs, `"1ep"`. */
export type Interval = number | string;

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** Where a run is. */
export interface IntervalMoment {
  readonly update: number;
  readonly updatesPerEpoch: number;
  /** Seconds of any clock. */
  readonly seconds: number;
}

/** Tells whether a run is to be saved that was saved, or began, at `last`. */
type IsDue = (now: IntervalMoment, last: IntervalMoment) => boolean;

/** Reads an interval; undefined where it is none. */
export function parseInterval(every: Interval): IsDue | undefined {
  const [, digits, unit = "s"] = /^(\d+(?:\.\d+)?)(s|m|h|up|ep)?$/.exec(`${every}`.trim()) ?? [];
  const length = Number(digits);
  if (digits === undefined || !(length > 0)) return undefined;
  const seconds = SECONDS[unit];
  if (seconds !== undefined) return (now, last) => now.seconds - last.seconds >= length * seconds;
  if (unit === "up" && !Number.isInteger(length)) return undefined;
  // at the same updates wherever the run was taken up
  return ({ update, updatesPerEpoch }, last) => {
    const updates = unit === "ep" ? Math.max(1, Math.round(length * updatesPerEpoch)) : length;
    return Math.floor(update / updates) > Math.floor(last.update / updates);
  };
}

/** @throws OPTION_INVALID */
export function intervalOf(every: Interval): IsDue {
  const due = parseInterval(every);
  if (due !== undefined) return due;
  throw new UnequalError(
    "OPTION_INVALID",
    `Checkpoints must be saved every so many seconds, updates or epochs, such as "5m", "1000up" or "1ep", but every is ${JSON.stringify(every)}.`,
  );
}
