import type { Plain, Stateful } from "../contracts/state.js";
import { restored } from "./restored.js";

/** Makes the state of something whose memory is plain data: `read` gives it, `write` takes a copy back. */
export function savedData<T>(owner: string, read: () => T, write: (data: T) => void): Stateful {
  return {
    state: () => ({ version: 1, data: structuredClone(read()) as Plain }),
    restore: (state) => write(restored<{ data: T }>(state, 1, owner).data),
  };
}
