import type { Pool } from "@unequal/core";
import { setUpPart, toyPool, toyProgress } from "@unequal/core/testing";
import { expect, test } from "vitest";
import { adaptive, additive, power, proportional, uniform } from "../index.js";

const scores = Float32Array.of(1, 4, 0, 3);

function poolOf(values: ArrayLike<number>): Pool {
  return toyPool({ size: values.length, scores: values });
}

function expectedOf(part: ReturnType<typeof additive>, pool = poolOf(scores)): number[] {
  const { role } = setUpPart(part);
  return Array.from(role.law?.(pool, 1, toyProgress(0)).expected ?? []);
}

function shares(values: number[]): number[] {
  const total = values.reduce((sum, value) => sum + value, 0);
  return values.map((value) => expect.closeTo(value / total, 6) as number);
}

test("additive draws by s + c", () => {
  const part = additive({ of: proportional(), constant: 0.5 });
  expect(expectedOf(part)).toEqual(shares([1.5, 4.5, 0.5, 3.5]));
});

test("power draws by s^a, and alike for a = 0", () => {
  expect(expectedOf(power({ of: proportional() }))).toEqual(shares([1, 2, 0, Math.sqrt(3)]));
  expect(expectedOf(power({ of: proportional(), exponent: 0 }))).toEqual(shares([1, 1, 1, 1]));
});

test("power keeps within the range of floats: what is positive can be drawn", () => {
  const pool = poolOf([1e-30, 1, 1e30]);
  const expected = expectedOf(power({ of: proportional(), exponent: 2 }), pool);
  expect(expected.every((e) => Number.isFinite(e) && e > 0)).toBe(true);
});

test("decorators nest, the outermost first", () => {
  const part = power({ of: additive({ of: proportional(), constant: 0.5 }), exponent: 2 });
  expect(expectedOf(part)).toEqual(shares([1.5, 16.5, 0.5, 9.5]));
});

test("adaptive draws by s + q · the bias-corrected average of the mean scores", () => {
  const { role } = setUpPart(adaptive({ of: proportional(), share: 0.5, momentum: 0.8 }));
  const factors = [1, 3, 0.5, 2];
  let average = 0;
  factors.forEach((factor, step) => {
    const pool = poolOf(scores.map((score) => factor * score));
    // A naive loop: mean score 2 · factor.
    average = 0.8 * average + 0.2 * 2 * factor;
    const constant = (0.5 * average) / (1 - 0.8 ** (step + 1));
    const wanted = shares(Array.from(scores, (score) => factor * score + constant));
    expect(Array.from(role.law?.(pool, 1, toyProgress(0)).expected ?? [])).toEqual(wanted);
    const { rows, expected } = role.select(pool, 1, toyProgress(step));
    expect(expected?.[0]).toEqual(wanted[rows[0] as number]);
  });
});

test("adaptive is scale-free: the first pool is smoothed by its own mean", () => {
  const part = adaptive({ of: proportional() });
  const larger = poolOf(scores.map((score) => 1000 * score));
  expect(expectedOf(part, larger)).toEqual(shares([2, 5, 1, 4]));
});

test("a decorator of a sampler that does not draw by score is refused", () => {
  expect(() => setUpPart(additive({ of: uniform(), constant: 1 }))).toThrow(
    expect.objectContaining({ code: "OPTION_INVALID" }),
  );
});
