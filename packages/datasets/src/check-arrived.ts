import { UnequalError } from "@unequal/core";

/** Refuses a promise where data are wanted. @throws DATASET_INVALID */
export function checkArrived(value: unknown, what: string): void {
  const { then } = (value ?? {}) as { then?: unknown };
  if (typeof then !== "function") return;
  throw new UnequalError(
    "DATASET_INVALID",
    `${what} must be data, but is a promise of it. Await it first.`,
  );
}
