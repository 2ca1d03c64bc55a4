import { columnsOf } from "./columns-of.js";
import type { Output } from "./terminal.js";
import { wrapText } from "./wrap-text.js";

/** Writes a line for people: on a terminal broken between words where it would be too long for it. */
export function writeLine(output: Output, line: string): void {
  const width = columnsOf(output);
  const lines = width === undefined ? [line] : wrapText(line, width);
  output.write(`${lines.join("\n")}\n`);
}
