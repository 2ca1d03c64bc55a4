import type { Handle } from "@unequal/core";

/** Runs something, and then disposes the handles that it called `own` with, whatever happened. */
export async function withHandles<T>(
  run: (own: (handle: Handle) => Handle) => Promise<T>,
): Promise<T> {
  const owned: Handle[] = [];
  try {
    return await run((handle) => {
      owned.push(handle);
      return handle;
    });
  } finally {
    for (const handle of owned) handle.dispose();
  }
}
