import * as tf from "@tensorflow/tfjs";
import { beforeAll, expect, test } from "vitest";
import { numbers } from "../../../testing/gradient-norm-oracle.js";
import "@tensorflow/tfjs-backend-wasm";
import { installWasmTraining } from "@unequal/wasm-training";
import { outerProducts, outerProductSquares } from "./outer-products.js";

beforeAll(async () => {
  installWasmTraining();
  await tf.setBackend("wasm");
});

const SIZE = 5;

/** ‖Σ_t a_t δ_tᵀ‖² of every example by loops in float64. */
function naive(a: tf.Tensor, delta: tf.Tensor): number[] {
  const [rows, deltas] = [a, delta].map((tensor) => tensor.arraySync() as number[][][]);
  return Array.from({ length: SIZE }, (_, example) => {
    const [steps, units] = [rows?.[example] ?? [], deltas?.[example] ?? []];
    let square = 0;
    for (let d = 0; d < (steps[0]?.length ?? 0); d++)
      for (let u = 0; u < (units[0]?.length ?? 0); u++)
        square += steps.reduce((sum, at, t) => sum + (at[d] ?? 0) * (units[t]?.[u] ?? 0), 0) ** 2;
    return square;
  });
}

// the third and the fourth take so much room that there are two chunks, of four examples and of one
test.each([
  { form: "a product of norms", positions: 1, inputs: 6, units: 4 },
  { form: "directly", positions: 7, inputs: 5, units: 3 },
  { form: "directly, in chunks", positions: 900, inputs: 500, units: 2 },
  { form: "by the Gram form, in chunks", positions: 2, inputs: 220_000, units: 3 },
])("$form: $positions positions, $inputs inputs, $units units", (shape) => {
  const { positions, inputs, units } = shape;
  const [a, delta] = [numbers([positions, inputs]), numbers([positions, units])];
  const squares = outerProductSquares([outerProducts(a, delta)], SIZE);
  naive(a, delta).forEach((expected, example) => {
    const found = squares.arraySync()[example] as number;
    expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-4 * expected);
  });
});

test("positions of several parts are added up before the norm", () => {
  const parts = [2, 3].map(
    (positions) => [numbers([positions, 4]), numbers([positions, 3])] as const,
  );
  const squares = outerProductSquares(
    parts.map(([a, delta]) => outerProducts(a, delta)),
    SIZE,
  );
  const [a, delta] = [0, 1].map((side) =>
    tf.concat(
      parts.map((part) => part[side] as tf.Tensor),
      1,
    ),
  );
  naive(a as tf.Tensor, delta as tf.Tensor).forEach((expected, example) => {
    expect(squares.arraySync()[example]).toBeCloseTo(expected, 3);
  });
});
