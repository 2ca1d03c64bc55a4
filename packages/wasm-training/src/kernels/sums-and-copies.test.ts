import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { draw, expectEngineAgreement, numbers, wholes } from "../../testing/kernel-cases.js";

interface Reduction {
  readonly shape: number[];
  readonly axes: number[];
  readonly keepDims: boolean;
  readonly seed: number;
}

const seed = fc.integer({ min: 1, max: 1e6 });
const shapes = (least: number, minLength: number) =>
  fc.array(fc.integer({ min: least, max: 6 }), { minLength, maxLength: 5 });

/** Any axes of any shape, neighbours or not, in any order, from the front or from the back. */
const reductions: fc.Arbitrary<Reduction> = shapes(1, 0).chain((shape) =>
  fc
    .record({
      axes: fc.shuffledSubarray(shape.map((_, at) => at)),
      back: fc.boolean(),
      keepDims: fc.boolean(),
      seed,
    })
    .map(({ back, axes, ...rest }) => ({
      ...rest,
      shape,
      axes: back ? axes.map((axis) => axis - shape.length) : axes,
    })),
);

/** More rows than are summed at once, and columns on and next to the 16 and 4 that are read at once. */
const LONG: readonly Reduction[] = [1, 2, 4, 5, 15, 16, 17, 31, 33, 513].flatMap((columns) =>
  [
    { shape: [257, columns], axes: [0] },
    { shape: [2, 300, columns], axes: [1] },
  ].map((given) => ({ ...given, keepDims: false, seed: columns })),
);

const REDUCTIONS = { Sum: tf.sum, Mean: tf.mean };

describe.each(Object.keys(REDUCTIONS) as (keyof typeof REDUCTIONS)[])("%s", (name) => {
  const reduce = REDUCTIONS[name];

  test("equals the cpu engine's for 60 shapes and axes", async () => {
    await expectEngineAgreement(draw(reductions, 60), {
      run: ({ shape, axes, keepDims, seed: first }) =>
        reduce(numbers(shape, first), axes, keepDims),
    });
  });

  test("equals it for whole numbers", async () => {
    await expectEngineAgreement(draw(reductions, 20), {
      run: ({ shape, axes, keepDims, seed: first }) =>
        reduce(wholes(shape, [-9, 9], first), axes, keepDims),
    });
  });

  test("equals it for more rows than a block", async () => {
    await expectEngineAgreement(LONG, {
      run: ({ shape, axes, seed: first }) => reduce(numbers(shape, first), axes),
    });
  });

  test("has the gradients of the cpu engine", async () => {
    await expectEngineAgreement(draw(reductions, 20), {
      run: ({ shape, axes, keepDims, seed: first }) => {
        const f = (x: tf.Tensor) => tf.mul(reduce(x, axes, keepDims), 3);
        return tf.grad(f)(numbers(shape, first));
      },
    });
  });
});

test("Sum and Mean are zero over lengths of none", async () => {
  const cases = [
    { shape: [0, 3], axes: [0] },
    { shape: [3, 0], axes: [1] },
    { shape: [2, 0, 3], axes: [1] },
    { shape: [2, 0, 3], axes: [0, 1] },
    { shape: [2, 0, 3], axes: [0, 2] },
    { shape: [0], axes: [0] },
    { shape: [0, 3], axes: [1] },
  ];
  await expectEngineAgreement(cases, {
    run: ({ shape, axes }) => [
      tf.sum(tf.zeros(shape), axes),
      tf.sum(tf.zeros(shape, "int32"), axes, true),
      tf.mean(tf.zeros(shape), axes),
      tf.mean(tf.zeros(shape, "int32"), axes, true),
    ],
  });
});

interface Gather {
  readonly shape: number[];
  readonly axis: number;
  readonly ids: number[];
  readonly seed: number;
}

const gathers: fc.Arbitrary<Gather> = fc
  .record({ shape: shapes(1, 1), axis: fc.integer({ min: -5, max: 5 }), ids: shapes(1, 0), seed })
  .map(({ axis, ids, ...given }) => ({
    ...given,
    ids: ids.slice(0, 2),
    axis: axis % given.shape.length,
  }));

function gather({ shape, axis, ids, seed: first }: Gather, x: tf.Tensor): tf.Tensor {
  const rows = shape.at(axis) as number;
  return tf.gather(x, wholes(ids, [0, rows - 1], first + 1), axis);
}

describe("GatherV2", () => {
  test("equals the cpu engine's for 50 shapes, axes, and ids of ranks 0 to 2", async () => {
    await expectEngineAgreement(draw(gathers, 50), {
      run: (given) => [
        gather(given, numbers(given.shape, given.seed)),
        gather(given, wholes(given.shape, [-9, 9], given.seed)),
        gather(given, tf.greater(numbers(given.shape, given.seed), 0)),
      ],
    });
  });

  test("is empty for no ids, and for rows of none", async () => {
    await expectEngineAgreement(
      [
        [5, 3],
        [5, 0],
        [5, 2, 0],
      ] as number[][],
      {
        run: (shape) => [
          tf.gather(numbers(shape, 1), tf.tensor1d([], "int32")),
          tf.gather(numbers(shape, 1), tf.tensor1d([2, 0], "int32")),
        ],
      },
    );
  });

  test("takes each batch's own rows, with batch dimensions", () => {
    const values = tf.tidy(() => {
      const x = tf.reshape(tf.range(0, 12), [2, 3, 2]);
      const ids = tf.tensor2d([2, 0, 1, 1], [2, 2], "int32");
      return tf.gather(x, ids, 1, 1).arraySync();
    });
    expect(values).toEqual([
      [
        [4, 5],
        [0, 1],
      ],
      [
        [8, 9],
        [8, 9],
      ],
    ]);
  });

  test.each([[-1], [5]])("refuses the id %d of five rows", (id) => {
    const { numTensors, numDataBuffers } = tf.memory();
    tf.tidy(() => {
      const ids = tf.tensor1d([0, id], "int32");
      expect(() => tf.gather(numbers([5, 2], 1), ids)).toThrow("is not in [0, 4]");
    });
    expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers });
  });
});

interface Tiles {
  readonly shape: number[];
  readonly reps: number[];
  readonly seed: number;
}

const tiles: fc.Arbitrary<Tiles> = fc
  .record({ axes: fc.array(fc.tuple(fc.nat(4), fc.nat(4)), { maxLength: 4 }), seed })
  .map(({ axes, seed: first }) => ({
    shape: axes.map(([length]) => length),
    reps: axes.map(([, times]) => times),
    seed: first,
  }));

describe("Tile", () => {
  test("equals the cpu engine's for 60 shapes, lengths of none among them", async () => {
    await expectEngineAgreement(draw(tiles, 60), {
      run: ({ shape, reps, seed: first }) => [
        tf.tile(numbers(shape, first), reps),
        tf.tile(wholes(shape, [-9, 9], first), reps),
      ],
    });
  });

  test("takes booleans", async () => {
    const some = draw(tiles, 60).filter(({ shape, reps }) => ![...shape, ...reps].includes(0));
    await expectEngineAgreement(some.slice(0, 10), {
      run: ({ shape, reps, seed: first }) => tf.tile(tf.greater(numbers(shape, first), 0), reps),
    });
  });

  test("shares nothing that a caller could lose", () => {
    const x = tf.tensor1d([1, 2, 3]);
    const same = tf.tile(x, [1]);
    x.dispose();
    tf.fill([3], NaN).dispose();
    expect([...same.dataSync()]).toEqual([1, 2, 3]);
    same.dispose();
  });
});

describe("Cast", () => {
  test("equals the cpu engine's for every two types", async () => {
    const types = ["float32", "int32", "bool"] as const;
    const cases = types.flatMap((from) => types.map((to) => [from, to] as const));
    await expectEngineAgreement(cases, {
      run: ([from, to]) => {
        const x = tf.cast(tf.tensor1d([0, 1, 0, 1]), from);
        return [tf.cast(x, to), tf.cast(tf.tensor2d([], [0, 2], from), to)];
      },
    });
  });

  test("to the same type lives on when the original is disposed of", () => {
    const x = tf.tensor1d([1, 2, 3]);
    const same = tf.cast(x, "float32");
    x.dispose();
    tf.fill([3], NaN).dispose();
    expect([...same.dataSync()]).toEqual([1, 2, 3]);
    same.dispose();
  });
});

interface Normalised {
  readonly shape: [number, number, number, number];
  readonly seed: number;
}

const length = fc.integer({ min: 1, max: 5 });
const normalised: fc.Arbitrary<Normalised> = fc.record({
  shape: fc.tuple(length, length, length, fc.integer({ min: 1, max: 19 })),
  seed,
});

/** ∂x, ∂mean, ∂variance, ∂scale and ∂offset; without a scale TensorFlow.js has no gradient. */
function normalise({ shape, seed: first }: Normalised, moments: number[]): tf.Tensor[] {
  const draws = [1, 2, 3, 4].map((at) => numbers(moments, first + at));
  const [mean, variance, scale, offset] = draws as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
  const f = (x: tf.Tensor, m: tf.Tensor, v: tf.Tensor, s: tf.Tensor, o: tf.Tensor) =>
    tf.batchNorm(x, m, v, o, s, 0.01);
  const given = [numbers(shape, first), mean, tf.add(tf.square(variance), 0.1), scale, offset];
  return tf.grads(f)(given, numbers(shape, first + 9));
}

describe("tf.batchNorm", () => {
  test("equals the cpu engine's for 40 shapes, with and without scale and offset", async () => {
    await expectEngineAgreement(draw(normalised, 40), {
      run: ({ shape, seed: first }) => {
        const x = numbers(shape, first);
        const channels = shape.slice(3);
        const variance = tf.square(numbers(channels, first + 2));
        const scale = first % 2 === 0 ? numbers(channels, first + 3) : undefined;
        const offset = first % 3 === 0 ? numbers(channels, first + 4) : undefined;
        return tf.batchNorm(x, numbers(channels, first + 1), variance, offset, scale, 0.01);
      },
    });
  });
});

describe("gradients of tf.batchNorm", () => {
  test("equal the cpu engine's for 40 shapes", async () => {
    await expectEngineAgreement(draw(normalised, 40), {
      run: (given) => normalise(given, given.shape.slice(3)),
    });
  });

  test("equal it for more rows than a block", async () => {
    const shape: Normalised["shape"] = [3, 10, 11, 17];
    await expectEngineAgreement([{ shape, seed: 4 }], {
      run: (given) => normalise(given, given.shape.slice(3)),
    });
  });

  test("equal it for moments of each number", async () => {
    await expectEngineAgreement(draw(normalised, 10), {
      run: (given) => normalise(given, given.shape),
    });
  });
});
