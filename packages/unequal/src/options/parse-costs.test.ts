import { expect, test } from "vitest";
import { parseCosts } from "./parse-costs.js";

test("both forms", () => {
  expect(parseCosts("backward=2")).toEqual({ backward: 2 });
  expect(parseCosts("score=5, step=3.5")).toEqual({ score: 5, step: 3.5 });
  expect(parseCosts("score=1,step=3,background=2")).toEqual({ score: 1, step: 3, background: 2 });
});

test.each([
  "",
  "2",
  "backward",
  "backward=0",
  "backward=x",
  "score=1",
  "score=1,step=-1",
  "backward=2,step=1",
  "score=5,score=6",
  "score=5,step=3,step=3",
  "score=5=6,step=3",
  "score=5,step=3,",
])("%j is none", (text) => expect(parseCosts(text)).toBeUndefined());
