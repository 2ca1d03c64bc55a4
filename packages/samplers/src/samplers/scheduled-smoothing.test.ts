import { linear, type Part } from "@unequal/core";
import { setUpPart, toyPool, toyProgress } from "@unequal/core/testing";
import { expect, test } from "vitest";
import { adaptive, additive, power, proportional } from "../index.js";

/** Probabilities that a sampler draws scores of 1 and 3 with, after some of 100 updates. */
function shares(sampler: Part<"sampler">, update: number): number[] {
  const pool = toyPool({ size: 2, scores: [1, 3] });
  const law = setUpPart(sampler).role.law?.(pool, 1, toyProgress(update));
  return Array.from(law?.expected ?? [], (share) => Number(share.toFixed(6)));
}

test("constants, shares and exponents of smoothing follow their schedules", () => {
  const of = proportional();
  const grown = [additive({ of, constant: linear(0, 2) }), adaptive({ of, share: linear(0, 1) })];
  for (const sampler of grown) {
    expect(shares(sampler, 0)).toEqual([0.25, 0.75]);
    expect(shares(sampler, 100)).toEqual([0.375, 0.625]);
  }
  const flattened = power({ of, exponent: linear(1, 0, "50up") });
  expect(shares(flattened, 0)).toEqual([0.25, 0.75]);
  expect(shares(flattened, 50)).toEqual([0.5, 0.5]);
});
