import { createRandom } from "@unequal/core";
import { vi } from "vitest";

/** Runs a pass whose dropout masks are a function of `seed`: tfjs seeds them through Math.random. */
export function withNoise<T>(seed: number, run: () => T): T {
  const random = createRandom(seed);
  const spy = vi.spyOn(Math, "random").mockImplementation(() => random.uniform());
  try {
    return run();
  } finally {
    spy.mockRestore();
  }
}
