import type { Clock } from "./contracts/clock.js";

/** Reads the machine's monotonic clock. */
export const systemClock: Clock = { now: () => performance.now() };
