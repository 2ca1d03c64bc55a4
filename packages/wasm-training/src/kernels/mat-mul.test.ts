import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  draw,
  expectEngineAgreement,
  numbers,
  runKernel,
  wholes,
} from "../../testing/kernel-cases.js";

interface Product {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  /** Lengths of each operand's batch; each broadcasts to those of the other. */
  readonly batchA: readonly number[];
  readonly batchB: readonly number[];
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly seed: number;
}

const length = fc.integer({ min: 1, max: 21 });
const seed = fc.integer({ min: 1, max: 1e6 });
const transposes = { transposeA: fc.boolean(), transposeB: fc.boolean() };

/** Batches of ranks 0 to 2, either of which may lack axes, or have one where the other has more. */
const batches = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.constantFrom("both", "a", "b")), {
    maxLength: 2,
  })
  .chain((axes) =>
    fc.record({
      batchA: fc.constant(axes.map(([size, of]) => (of === "b" ? 1 : size))),
      batchB: fc.constant(axes.map(([size, of]) => (of === "a" ? 1 : size))),
      lackA: fc.nat(axes.length),
      lackB: fc.nat(axes.length),
    }),
  )
  .map(({ batchA, batchB, lackA, lackB }) => {
    const ones = (batch: number[], lack: number) =>
      batch.slice(0, lack).every((size) => size === 1) ? batch.slice(lack) : batch;
    return { batchA: ones(batchA, lackA), batchB: ones(batchB, lackB) };
  });

const products: fc.Arbitrary<Product> = fc
  .tuple(fc.record({ rows: length, inner: length, columns: length, ...transposes, seed }), batches)
  .map(([matrices, batch]) => ({ ...matrices, ...batch }));

const NO_BATCH = { batchA: [], batchB: [] };

/** Sizes on and next to those of blocks and panels in simd/gemm.ts. */
const EDGES: readonly (readonly [number, number, number])[] = [
  [4, 8, 8],
  [5, 4, 9],
  [3, 257, 7],
  [128, 5, 8],
  [129, 256, 3],
  [4, 9, 512],
  [7, 3, 513],
  [127, 255, 31],
  [130, 258, 9],
  [2, 513, 520],
];

function operands(given: Product): [tf.Tensor, tf.Tensor] {
  const { rows, inner, columns, batchA, batchB, transposeA, transposeB } = given;
  const a = [...batchA, ...(transposeA ? [inner, rows] : [rows, inner])];
  const b = [...batchB, ...(transposeB ? [columns, inner] : [inner, columns])];
  return [numbers(a, given.seed), numbers(b, given.seed + 1)];
}

function multiply(given: Product): tf.Tensor {
  const [a, b] = operands(given);
  return tf.matMul(a, b, given.transposeA, given.transposeB);
}

/** The cpu engine takes the wrong matrices where both batches are broadcast, so they are repeated first. */
function repeated(given: Product): [tf.Tensor, tf.Tensor] {
  const { batchA, batchB } = given;
  const batch = tf.backend_util.assertAndGetBroadcastShape([...batchA], [...batchB]);
  return operands(given).map((x) => tf.broadcastTo(x, [...batch, ...x.shape.slice(-2)])) as [
    tf.Tensor,
    tf.Tensor,
  ];
}

function multiplyRepeated(given: Product): tf.Tensor {
  const [a, b] = repeated(given);
  return tf.matMul(a, b, given.transposeA, given.transposeB);
}

describe("BatchMatMul", () => {
  test("equals the cpu engine's for 60 shapes, batches of ranks 0 to 2 and transposes", async () => {
    await expectEngineAgreement(draw(products, 60), {
      run: multiply,
      reference: multiplyRepeated,
    });
  });

  test("equals it on both sides of every block's edge, however operands are read", async () => {
    const cases = EDGES.flatMap(([rows, inner, columns]) =>
      [0, 1, 2, 3].map((at) => ({
        ...{ rows, inner, columns, ...NO_BATCH },
        ...{ transposeA: at % 2 === 1, transposeB: at > 1, seed: 100 + at },
      })),
    );
    await expectEngineAgreement(cases, { run: multiply });
  });

  test("is zero for an inner length of none, and empty for other lengths of none", async () => {
    const none = { rows: 3, inner: 4, columns: 5, ...NO_BATCH, seed: 9 };
    const cases = [
      { ...none, rows: 0 },
      { ...none, inner: 0 },
      { ...none, columns: 0 },
      { ...none, batchA: [0], batchB: [0] },
      { ...none, batchA: [2], batchB: [2], inner: 0 },
    ].flatMap((given) => [
      { ...given, transposeA: false, transposeB: false },
      { ...given, transposeA: true, transposeB: false },
      { ...given, transposeA: false, transposeB: true },
    ]);
    await expectEngineAgreement(cases, { run: multiply });
  });

  test("has the gradients of the cpu engine", async () => {
    const equal = draw(products, 20).map((given) => ({ ...given, batchB: given.batchA }));
    await expectEngineAgreement(equal, {
      run: (given) => {
        const dy = numbers([...given.batchA, given.rows, given.columns], given.seed + 2);
        const f = (a: tf.Tensor, b: tf.Tensor) =>
          tf.matMul(a, b, given.transposeA, given.transposeB);
        return tf.grads(f)(operands(given), dy);
      },
    });
  });
});

const ACTIVATIONS = ["linear", "relu", "relu6", "elu", "sigmoid", "leakyrelu", "prelu"] as const;

interface Fused extends Product {
  readonly activation: (typeof ACTIVATIONS)[number];
  /** How many of [rows, columns] the bias and slopes have, and whether for all columns. */
  readonly bias: number | undefined;
  readonly slopes: number;
  readonly narrow: boolean;
}

const fused: fc.Arbitrary<Fused> = fc
  .tuple(
    products,
    fc.record({
      activation: fc.constantFrom(...ACTIVATIONS),
      bias: fc.option(fc.nat(3), { nil: undefined }),
      slopes: fc.nat(3),
      narrow: fc.boolean(),
    }),
  )
  .map(([product, rest]) => ({ ...product, ...rest }));

/** Shape of a bias or of slopes, of rank 0 to 3, that broadcasts to the product. */
function tailShape(given: Fused, rank: number, batch: number): number[] {
  return [batch, given.rows, given.narrow ? 1 : given.columns].slice(3 - rank);
}

function tailOf(given: Fused, batch: number) {
  const { bias, slopes, activation, seed: first } = given;
  return {
    activation,
    leakyreluAlpha: 0.3,
    // beyond the 6 of relu6
    ...(bias !== undefined && {
      bias: tf.mul(numbers(tailShape(given, bias, batch), first + 3), 9),
    }),
    ...(activation === "prelu" && {
      preluActivationWeights: numbers(tailShape(given, slopes, batch), first + 4),
    }),
  };
}

function multiplyFused(given: Fused): tf.Tensor {
  const [a, b] = operands(given);
  const { transposeA, transposeB } = given;
  const [batch = 1, ...more] = given.batchA.length > 0 ? given.batchA : given.batchB;
  const tail = tailOf(given, more.length > 0 ? 1 : batch);
  return tf.fused.matMul({ a, b, transposeA, transposeB, ...tail });
}

/** As the public function, but with operands of the ranks that are given; it flattens batches to one axis. */
function runFused(given: Fused, [a, b]: readonly [tf.Tensor, tf.Tensor]): tf.Tensor {
  const { transposeA, transposeB } = given;
  const { activation, leakyreluAlpha, ...inputs } = tailOf(given, 1);
  const attrs = { transposeA, transposeB, activation, leakyreluAlpha };
  return runKernel(tf._FusedMatMul, { a, b, ...inputs }, attrs);
}

describe("_FusedMatMul", () => {
  test("equals the cpu engine's for 60 shapes, biases, activations and transposes", async () => {
    // the public function takes batches of rank 2 only where they are equal
    const cases = draw(fused, 60).map((given) =>
      given.batchA.length + given.batchB.length > 2 ? { ...given, batchB: given.batchA } : given,
    );
    await expectEngineAgreement(cases, { run: multiplyFused });
  });

  test("equals it for 60 broadcast batches of ranks 0 to 2, biases and slopes of ranks 0 to 3", async () => {
    await expectEngineAgreement(draw(fused, 60), {
      run: (given) => runFused(given, operands(given)),
      reference: (given) => runFused(given, repeated(given)),
    });
  });

  test("equals it for one plain product with every bias and activation", async () => {
    const plain = { ...NO_BATCH, transposeA: false, transposeB: false };
    const cases = draw(fused, 40).map((given) => ({ ...given, ...plain }));
    await expectEngineAgreement(cases, { run: (given) => runFused(given, operands(given)) });
  });

  test("equals it on both sides of every block's edge", async () => {
    const cases = EDGES.map(([rows, inner, columns], at) => ({
      ...{ rows, inner, columns, ...NO_BATCH, transposeA: at % 2 === 0, transposeB: at % 3 === 0 },
      ...{ activation: "relu" as const, bias: 1, slopes: 0, narrow: false, seed: at + 1 },
    }));
    await expectEngineAgreement(cases, { run: multiplyFused });
  });

  test("is the activated bias for an inner length of none", async () => {
    const tail = { activation: "relu" as const, bias: 1, slopes: 0, narrow: false, seed: 3 };
    const none = { rows: 3, inner: 0, columns: 5, transposeA: false, ...NO_BATCH, ...tail };
    const cases = [
      { ...none, transposeB: true },
      { ...none, transposeB: false },
      { ...none, transposeB: false, batchA: [2] },
    ];
    await expectEngineAgreement(cases, { run: multiplyFused });
  });

  test("has the gradients of the cpu engine", async () => {
    const cases = draw(fused, 20).map((given) => ({ ...given, batchB: given.batchA }));
    await expectEngineAgreement(cases, {
      run: ({ activation: _, ...given }) => {
        const { transposeA, transposeB } = given;
        const dy = numbers([...given.batchA, given.rows, given.columns], given.seed + 2);
        const bias = numbers([given.columns], given.seed + 3);
        const f = (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor) =>
          tf.fused.matMul({ a, b, bias: c, transposeA, transposeB });
        return tf.grads(f)([...operands(given), bias], dy);
      },
    });
  });

  test("refuses whole numbers, as the engine does", () => {
    const a = wholes([2, 3], [-3, 3], 1);
    const b = wholes([2, 3], [-3, 3], 2);
    expect(() => tf.fused.matMul({ a, b, transposeB: true })).toThrow(/float32/);
    expect(() => tf.matMul(a, b, false, true)).toThrow(/float32/);
  });
});
