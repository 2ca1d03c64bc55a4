/** Returns the last lines of a text that hold something, at most so many. */
export function lastLines(text: string, count: number): readonly string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .slice(-count);
}
