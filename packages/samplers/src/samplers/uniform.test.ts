import { setUpPart, toyPool, toyProgress } from "@unequal/core/testing";
import { expect, test } from "vitest";
import { uniform } from "./uniform.js";

test("takes the whole pool, in order, where it is one batch", () => {
  const selection = setUpPart(uniform()).role.select(toyPool({ size: 6 }), 6, toyProgress(0));
  expect([...selection.rows]).toEqual([0, 1, 2, 3, 4, 5]);
  expect([...(selection.expected ?? [])]).toEqual([1, 1, 1, 1, 1, 1]);
});

test("never takes a row twice", () => {
  const { role } = setUpPart(uniform());
  for (let update = 0; update < 50; update++) {
    const { rows } = role.select(toyPool({ size: 9 }), 5, toyProgress(update));
    expect(new Set(rows).size).toBe(5);
  }
});

test("takes what there is where the pool is smaller than the batch", () => {
  const selection = setUpPart(uniform()).role.select(toyPool({ size: 3 }), 4, toyProgress(0));
  expect([...selection.rows]).toEqual([0, 1, 2]);
  expect([...(selection.expected ?? [])]).toEqual([1, 1, 1]);
});
