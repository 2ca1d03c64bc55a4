import { expect, test } from "vitest";
import { scoringSettings } from "./scoring-option.js";

test("a name alone has every default; scores are one update old", () => {
  expect(scoringSettings()).toMatchObject({ name: "inline", uniform: 0.1 });
  expect(scoringSettings("background")).toEqual({
    name: "background",
    uniform: 0.1,
    background: { age: 1, workers: 1, modules: [], timeout: 60 },
  });
});

test("what is given with a name is kept", () => {
  expect(scoringSettings({ name: "auto", age: 3, uniform: 0 })).toMatchObject({
    name: "auto",
    uniform: 0,
    background: { age: 3 },
  });
});

test.each([
  ["besides", /scoring/],
  [{ name: "background", ages: 1 }, /age/],
  [{ name: "background", age: 0 }, /age/],
  [{ name: "background", workers: 0.5 }, /workers/],
  [{ name: "background", uniform: 2 }, /uniform/],
  [{ name: "background", timeout: 1e7 }, /timeout/],
])("%j is refused", (option, message) => {
  expect(() => scoringSettings(option as never)).toThrow(
    expect.objectContaining({
      code: "OPTION_INVALID",
      message: expect.stringMatching(message) as string,
    }),
  );
});
