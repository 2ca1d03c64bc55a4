import { UnequalError } from "../errors.js";
import type { Progress } from "../contracts/progress.js";

const FORM = /^(\d+(?:\.\d+)?|\.\d+)(up|ep|dur)$/;

/** Tells whether a text is a stretch of a run: `"500up"`, `"10ep"` or `"0.5dur"`. */
export function isStretch(text: string): boolean {
  return FORM.test(text);
}

/**
 * Makes the function that tells how far along a stretch a run is, 0 at its start; 1 and more at and after its end.
 * @throws OPTION_INVALID, when called, for a share of a run that has no limit
 */
export function alongStretch(text: string): (progress: Progress) => number {
  const [, size = "0", unit = "up"] = FORM.exec(text) ?? [];
  const length = Number(size);
  const along = (passed: number): number => (length === 0 ? Infinity : passed / length);
  if (unit === "up") return ({ update }) => along(update);
  if (unit === "ep") return ({ update, updatesPerEpoch }) => along(update / updatesPerEpoch);
  return ({ done }) => {
    if (done !== undefined) return along(done);
    throw new UnequalError(
      "OPTION_INVALID",
      `"${text}" is a share of the run, but this run has no limit to share. Give run() epochs, updates or seconds, or state the schedule in updates ("500up") or epochs ("10ep").`,
    );
  };
}
