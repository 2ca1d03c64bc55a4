import { systemClock } from "@unequal/core";

const INTERVAL = 20;

/** Makes a function that lets timers and signals through now and then: an engine that computes on the main thread never waits for them. */
export function breather(): () => Promise<void> | undefined {
  let last = systemClock.now();
  return () => {
    if (systemClock.now() - last < INTERVAL) return undefined;
    last = systemClock.now();
    return new Promise((resolve) => setImmediate(resolve));
  };
}
