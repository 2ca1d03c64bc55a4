/** Longer than any sentence. */
const MOST = 600;

/** Returns the message of whatever was thrown, on one line, cut where it is very long. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const line = text.replace(/\s*\n\s*/g, " ").trim();
  return line.length <= MOST ? line : `${line.slice(0, MOST)} …`;
}
