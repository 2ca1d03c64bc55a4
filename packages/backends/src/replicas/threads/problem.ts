import { isUnequalError } from "@unequal/core";
import type { Problem } from "./messages.js";

/** Puts what was thrown in a form that another thread can read: structured cloning loses codes, and fails on what is in some. */
export function problemOf(thrown: unknown): Problem {
  if (!(thrown instanceof Error)) return { message: String(thrown) };
  const { message, stack } = thrown;
  return {
    message,
    ...(stack !== undefined && { stack }),
    ...(isUnequalError(thrown) && { code: thrown.code }),
  };
}

/** Makes an error of what another thread told. */
export function errorOf({ message, code, stack }: Problem): Error {
  const error = new Error(message);
  if (stack !== undefined) error.stack = stack;
  return code === undefined ? error : Object.assign(error, { code });
}
