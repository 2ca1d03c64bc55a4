import { expect, test } from "vitest";
import { wrapText } from "./wrap-text.js";

test.each([
  ["one two three", 7, ["one two", "three"]],
  ["one two three", 13, ["one two three"]],
  ["longer-than-that is", 6, ["longer-than-that", "is"]],
  ["", 6, [""]],
])("%j at %d", (text, width, lines) => expect(wrapText(text, width)).toEqual(lines));
