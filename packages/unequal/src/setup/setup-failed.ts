import { UnequalError } from "@unequal/core";

/** Reports what keeps an engine from being set up. @throws SETUP_FAILED */
export function setupFailed(message: string, cause?: unknown): never {
  throw new UnequalError("SETUP_FAILED", message, { cause });
}
