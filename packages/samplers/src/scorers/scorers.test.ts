import { setUpPart, toyPool } from "@unequal/core/testing";
import { expect, test } from "vitest";
import { gradientNorm } from "./gradient-norm.js";
import { loss } from "./loss.js";
import { upperBound } from "./upper-bound.js";

const scorers = [loss(), gradientNorm(), upperBound()];

test.each(scorers.map((part) => [part.name, part] as const))("%s is its signal", (name, part) => {
  const pool = toyPool({ seed: 3 });
  expect(setUpPart(part).role.score(pool)).toEqual(pool.signals[name]);
});

test.each(scorers.map((part) => [part.name, part] as const))("%s misses its signal", (_, part) => {
  const pool = { ...toyPool(), signals: { entropy: new Float32Array(16) } };
  expect(() => setUpPart(part).role.score(pool)).toThrow(
    expect.objectContaining({ code: "SIGNAL_UNAVAILABLE" }),
  );
});
