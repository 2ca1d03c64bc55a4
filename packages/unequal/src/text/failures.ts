import { isUnequalError, UnequalError } from "@unequal/core";
import { CommanderError } from "commander";
import { messageOf } from "./message-of.js";

/** Tells an error in one line, with its code. */
export function describeFailure(error: unknown): string {
  if (error instanceof CommanderError)
    return `USAGE ${messageOf(error).replace(/^error: |\.$/g, "")}. See unequal --help.`;
  if (isUnequalError(error)) return `${error.code} ${messageOf(error)}`;
  return `UNEXPECTED ${messageOf(error)} (--verbose shows where; a fault of Unequal or of a plugin)`;
}

/** Tells where an error came from. */
export function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const cause = error.cause === undefined ? "" : `caused by ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}\n${cause}`;
}

/** What ends a command that nothing can go on with. */
export function stuck(): UnequalError {
  return new UnequalError(
    "UNEXPECTED",
    "The command waits for a promise that never settles, and nothing is left that could settle it: a data set, a model or another part made in code must resolve what it returns.",
  );
}
