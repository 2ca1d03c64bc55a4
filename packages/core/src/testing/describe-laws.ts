import { describe, test } from "vitest";
import type { Law } from "./law.js";

/** Makes one test of each law that applies to a subject; `timeout`, in milliseconds, if another than the test runner's. */
export function describeLaws<S>(
  title: string,
  laws: readonly Law<S>[],
  subject: S,
  timeout?: number,
): void {
  describe(title, () => {
    for (const { name, applies, check } of laws) {
      if (applies?.(subject) ?? true)
        test(name, { ...(timeout && { timeout }) }, () => check(subject));
    }
  });
}
