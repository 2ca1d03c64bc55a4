import { columnsOf } from "./columns-of.js";
import type { Output } from "./terminal.js";
import { wrapText } from "./wrap-text.js";

function broken(line: string, width: number): string {
  if (line.length <= width) return line;
  const indent = line.length - line.trimStart().length;
  return wrapText(line.trim(), width - indent)
    .map((part) => " ".repeat(indent) + part)
    .join("\n");
}

/** Writes a line for people: on a terminal broken between words where it would be too long for it, indented as it begins. */
export function writeLine(output: Output, line: string): void {
  const width = columnsOf(output);
  output.write(`${width === undefined ? line : broken(line, width)}\n`);
}
