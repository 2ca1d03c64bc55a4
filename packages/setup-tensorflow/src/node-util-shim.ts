const isNullOrUndefined = (value: unknown): boolean => value === null || value === undefined;

/**
 * Gives node's `util` the two functions that the published JavaScript of tfjs-node calls on nearly every operation:
 * Node 22 warns of them, Node 23 removed `isNullOrUndefined`. Where there is no node, it does nothing.
 */
export function restoreNodeUtil(): void {
  // A browser has no process, and its bundler must find no import of node's modules.
  const { process } = globalThis as { process?: Partial<NodeJS.Process> };
  const util: object | undefined = process?.getBuiltinModule?.("node:util");
  if (util !== undefined) Object.assign(util, { isNullOrUndefined, isArray: Array.isArray });
}
