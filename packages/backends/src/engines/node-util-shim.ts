import { findBuiltIn } from "../node/find-built-in.js";

const isNullOrUndefined = (value: unknown): boolean => value === null || value === undefined;

/**
 * Gives node's `util` the two functions that the published JavaScript of tfjs-node calls on nearly every operation:
 * Node 22 warns of them, Node 23 removed `isNullOrUndefined`. Where there is no node, it does nothing.
 */
export function restoreNodeUtil(): void {
  const util: object | undefined = findBuiltIn("node:util");
  if (util !== undefined) Object.assign(util, { isNullOrUndefined, isArray: Array.isArray });
}
