import type { EngineFacts } from "@unequal/core";

/** Says what a user should know of the engine that was started; with `verbose`, also what it is. */
export function announceEngine(
  { engine, device, notes = [], warnings = [] }: EngineFacts,
  say: (line: string) => void,
  verbose = false,
): void {
  if (verbose) say(`${engine} on ${device}`);
  for (const note of notes) say(`note: ${note}`);
  for (const warning of warnings) say(`warning: ${warning}`);
}
