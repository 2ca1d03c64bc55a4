import { isUnequalError, reasonOf } from "@unequal/core";

/** Longer than any sentence; what others throw may hold a whole tensor. */
const MOST = 600;

/** Returns the message of whatever was thrown, on one line; what is not ours is cut where it is very long. */
export function messageOf(error: unknown): string {
  const line = reasonOf(error)
    .replace(/\s*\n\s*/g, " ")
    .trim();
  return line.length <= MOST || isUnequalError(error) ? line : `${line.slice(0, MOST)} …`;
}
