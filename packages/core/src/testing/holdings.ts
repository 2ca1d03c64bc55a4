import type { Handle } from "../contracts/learner.js";
import { UnequalError } from "../errors.js";

/** Keeps what handles stand for, and counts the handles that are not disposed yet. */
export interface Holdings<T> {
  /** Makes a handle with the given fields. */
  readonly hold: <F extends object>(value: T, fields: F) => F & Handle;
  /** Returns what a handle stands for. @throws DISPOSED */
  readonly get: (handle: Handle) => T;
  /** Counts the handles alive. */
  readonly alive: () => number;
}

/** Creates an empty set of holdings; `what` names them in errors. */
export function createHoldings<T>(what: string): Holdings<T> {
  const held = new Map<Handle, { readonly value: T }>();
  return {
    hold: (value, fields) => {
      const handle = { ...fields, dispose: () => void held.delete(handle) };
      held.set(handle, { value });
      return handle;
    },
    get: (handle) => {
      const entry = held.get(handle);
      if (entry !== undefined) return entry.value;
      throw new UnequalError(
        "DISPOSED",
        `This ${what} is disposed, or another learner's. Use it before it is disposed, with its own learner.`,
      );
    },
    alive: () => held.size,
  };
}
