import { describe, test } from "vitest";
import type { Law } from "./law.js";

/** Makes one test of each law that applies to a subject. */
export function describeLaws<S>(title: string, laws: readonly Law<S>[], subject: S): void {
  describe(title, () => {
    for (const { name, applies, check } of laws) {
      if (applies?.(subject) ?? true) test(name, () => check(subject));
    }
  });
}
