import { expect, test } from "vitest";
import { duplicateKey } from "./duplicate-key.js";

test.each([
  ['{"a": 1, "b": {"a": 2}, "c": [{"a": 3}, {"a": 4}]}', undefined],
  ['{"a": "a", "b": "a:", "c": "{\\"a\\": 1"}', undefined],
  ["[1, 2, null, true]", undefined],
  ['"a"', undefined],
  ['{"a": 1, "b": 2, "a": 3}', "a"],
  ['{"b": {"x": {}, "y": [], "x": 1}}', "x"],
  ['[{"q": 1}, {"\\u0071": 1, "q": 2}]', "q"],
])("%s: %s", (text, key) => {
  JSON.parse(text);
  expect(duplicateKey(text)).toBe(key);
});
