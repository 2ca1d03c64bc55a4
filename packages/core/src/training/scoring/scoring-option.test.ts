import { expect, test } from "vitest";
import { scoringSettings } from "./scoring-option.js";

test("a name alone has every default; scores are one update old", () => {
  expect(scoringSettings()).toMatchObject({ name: "inline", uniform: 0.1 });
  expect(scoringSettings("beside")).toEqual({
    name: "beside",
    uniform: 0.1,
    beside: { lead: 1, exact: true, workers: 1, modules: [], timeout: 60 },
  });
});

test("age fixes what maxAge limits", () => {
  expect(scoringSettings({ name: "auto", age: 3 }).beside).toMatchObject({ lead: 3, exact: true });
  expect(scoringSettings({ name: "beside", maxAge: 2 }).beside).toMatchObject({
    lead: 2,
    exact: false,
  });
});

test.each([
  ["besides", /scoring/],
  [{ name: "beside", ages: 1 }, /age/],
  [{ name: "beside", age: 0 }, /age/],
  [{ name: "beside", age: 1, maxAge: 2 }, /one of them/],
  [{ name: "beside", workers: 0.5 }, /workers/],
  [{ name: "beside", uniform: 2 }, /uniform/],
  [{ name: "beside", timeout: 1e7 }, /timeout/],
])("%j is refused", (option, message) => {
  expect(() => scoringSettings(option as never)).toThrow(
    expect.objectContaining({
      code: "OPTION_INVALID",
      message: expect.stringMatching(message) as string,
    }),
  );
});
