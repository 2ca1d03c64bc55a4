import { expect, vi } from "vitest";

/** Runs something and checks that it drew nothing from Math.random, which no seed and no state covers. */
export async function withoutGlobalRandomness(run: () => unknown): Promise<void> {
  const spy = vi.spyOn(Math, "random");
  try {
    await run();
    expect(spy, "Math.random must not be called: use context.random").not.toHaveBeenCalled();
  } finally {
    spy.mockRestore();
  }
}
