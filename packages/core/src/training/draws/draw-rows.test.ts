import { describe, expect, test } from "vitest";
import type { Selection } from "../../contracts/selection.js";
import { toyPool, toyProgress } from "../../testing/toy-pool.js";
import { checkSelection, drawRows } from "./draw-rows.js";

const weighting = {
  coefficients: ({ rows }: Selection, scores: Float32Array | undefined) =>
    Float64Array.from(rows, (row, at) => row + (scores?.[at] ?? 0) / 100),
};

test("rows drawn several times are trained once, with the sum of their coefficients, in the order drawn", () => {
  const pool = { ...toyPool({ size: 4 }), scores: Float32Array.of(1, 2, 3, 4) };
  const selection = { rows: Int32Array.of(2, 0, 2, 1, 2), planned: 5, population: 4 };
  const drawn = drawRows(selection, pool, { weighting, progress: toyProgress(0) });
  expect([...drawn.rows]).toEqual([2, 0, 1]);
  expect([...drawn.coefficients]).toEqual([3 * 2.03, 0.01, 1.02].map(Math.fround));
});

test("groups keep a coefficient each; their rows are merged", () => {
  const rows = Int32Array.of(2, 0, 3, 2, 3, 1);
  const selection: Selection = { rows, planned: 2, population: 4, arity: 3 };
  const pool = toyPool({ size: 4, scores: null });
  const drawn = drawRows(selection, pool, { weighting, progress: toyProgress(0) });
  expect([...drawn.rows]).toEqual([2, 0, 3, 1]);
  expect([...(drawn.groups ?? [])]).toEqual([0, 1, 2, 0, 2, 3]);
  expect([...drawn.coefficients]).toEqual([2, 2]);
});

test("a draw may be empty", () => {
  const selection = {
    rows: new Int32Array(0),
    expected: new Float64Array(0),
    planned: 3,
    population: 4,
  };
  checkSelection(selection, 4);
  const drawn = drawRows(selection, toyPool({ size: 4 }), { weighting, progress: toyProgress(0) });
  expect(drawn.rows.length + drawn.coefficients.length).toBe(0);
});

describe("SELECTION_INVALID", () => {
  const good = {
    rows: Int32Array.of(0, 3),
    expected: Float64Array.of(1, 0.5),
    planned: 2,
    population: 4,
  };
  test.each<[string, Partial<Selection>]>([
    ["a row beyond the population", { rows: Int32Array.of(0, 4) }],
    ["a negative row", { rows: Int32Array.of(-1, 0) }],
    ["a group that is not whole", { arity: 3 }],
    ["an expectation for each member of a group", { arity: 2 }],
    ["nothing planned", { planned: 0 }],
    ["an expectation of 0", { expected: Float64Array.of(1, 0) }],
    ["an infinite expectation", { expected: Float64Array.of(1, Infinity) }],
    ["too few expectations", { expected: Float64Array.of(1) }],
  ])("%s", (_, changed) => {
    checkSelection(good, 4);
    expect(() => checkSelection({ ...good, ...changed }, 4)).toThrow(
      expect.objectContaining({ code: "SELECTION_INVALID" }) as Error,
    );
  });
});
