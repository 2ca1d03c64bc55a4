import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { ERROR_CODES, isUnequalError, UnequalError } from "./errors.js";

test("docs/errors.md lists exactly the codes, in order, with what each asks for", async () => {
  const page = await readFile(new URL("../../../docs/errors.md", import.meta.url), "utf8");
  const rows = [...page.matchAll(/^\| `([A-Z_]+)` \| (.*) \|$/gm)].map(([, code, meaning]) => [
    code,
    meaning,
  ]);
  expect(rows).toEqual(Object.entries(ERROR_CODES));
  expect(Object.keys(ERROR_CODES)).toEqual(Object.keys(ERROR_CODES).sort());
});

test("an error carries its code and cause, and is known by its brand", () => {
  const cause = new Error("why");
  const error = new UnequalError("USAGE", "Say what to do.", { cause });
  expect([error.name, error.code, error.message, error.cause]).toEqual([
    "UnequalError",
    "USAGE",
    "Say what to do.",
    cause,
  ]);
  expect([error, new Error("USAGE"), undefined].map(isUnequalError)).toEqual([true, false, false]);
});
