import { expect, test } from "vitest";
import { writeLine } from "./write-line.js";

function written(line: string, terminal: { isTTY?: boolean; columns?: number }): string {
  let text = "";
  writeLine({ ...terminal, write: (more) => (text += more) }, line);
  return text;
}

const LINE = "Trained mlp on mnist for 60 steps";

test.each([
  ["what is no terminal gets one line", LINE, {}, `${LINE}\n`],
  ["a width that does not matter there", LINE, { columns: 10 }, `${LINE}\n`],
  ["wide enough", LINE, { isTTY: true, columns: 33 }, `${LINE}\n`],
  ["broken between words", LINE, { isTTY: true, columns: 32 }, `${LINE.slice(0, 27)}\nsteps\n`],
  ["a width of 0 is not known", LINE, { isTTY: true, columns: 0 }, `${LINE}\n`],
  ["columns stay apart where there is room", "  a  b", { isTTY: true, columns: 9 }, "  a  b\n"],
  ["indented", "    one two three", { isTTY: true, columns: 11 }, "    one two\n    three\n"],
])("%s", (_name, line, terminal, text) => expect(written(line, terminal)).toBe(text));
