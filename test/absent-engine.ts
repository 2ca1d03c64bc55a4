/**
 * Tells from its message whether an engine cannot be on this machine: its package is not installed, or there is no device
 * for it. One that is there, but broken, is a failure.
 */
export function isAbsent(message: string): boolean {
  return /\b(?:is not installed|must find a device)\b/.test(message);
}
