import { expect, test } from "vitest";
import { scoringSettings } from "./scoring-option.js";

test("a name alone has every default; scores are one update old", () => {
  expect(scoringSettings()).toMatchObject({ name: "inline", uniform: 0.1 });
  expect(scoringSettings("background")).toEqual({
    name: "background",
    uniform: 0.1,
    background: { lead: 1, exact: true, workers: 1, modules: [], timeout: 60 },
  });
});

test("age fixes what maxAge limits", () => {
  expect(scoringSettings({ name: "auto", age: 3 }).background).toMatchObject({
    lead: 3,
    exact: true,
  });
  expect(scoringSettings({ name: "background", maxAge: 2 }).background).toMatchObject({
    lead: 2,
    exact: false,
  });
});

test.each([
  ["besides", /scoring/],
  [{ name: "background", ages: 1 }, /age/],
  [{ name: "background", age: 0 }, /age/],
  [{ name: "background", age: 1, maxAge: 2 }, /one of them/],
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
