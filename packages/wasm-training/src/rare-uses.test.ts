import * as tf from "@tensorflow/tfjs";
import { beforeEach, describe, expect, test } from "vitest";
import "../testing/installed.js";

beforeEach(async () => {
  await tf.setBackend("wasm");
});

function ramp(shape: number[], scale = 1): tf.Tensor {
  const size = tf.util.sizeFromShape(shape);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, at) => scale * Math.sin(at + 1)),
    shape,
  );
}

function layer(kind: "lstm" | "gru"): tf.layers.Layer {
  const made = tf.layers[kind]({ units: 3, returnSequences: true, recurrentInitializer: "ones" });
  made.build([2, 4, 2]);
  made.setWeights(made.getWeights().map(({ shape }) => ramp(shape)));
  return made;
}

function states(kind: "lstm" | "gru", make: () => tf.Tensor): tf.Tensor[] {
  return Array.from({ length: kind === "lstm" ? 2 : 1 }, make);
}

function updated(make: () => tf.Optimizer, gradient: () => tf.Tensor): tf.Tensor {
  const w = tf.variable(ramp([5]));
  make().applyGradients([{ name: w.name, tensor: gradient() }]);
  const value = tf.clone(w);
  w.dispose();
  return value;
}

const OPTIMIZERS = {
  adam: () => tf.train.adam(0.1),
  momentum: () => tf.train.momentum(0.1, 0.9),
  rmsprop: () => tf.train.rmsprop(0.1),
};

const recurrent = (["lstm", "gru"] as const).flatMap((kind): [string, () => tf.Tensor][] => [
  [
    `${kind}: one initial state for all examples`,
    () =>
      layer(kind).call(ramp([2, 4, 2]), {
        initialState: states(kind, () => ramp([1, 3])),
      }) as tf.Tensor,
  ],
  [
    `${kind}: initial states of whole numbers`,
    () =>
      layer(kind).call(ramp([2, 4, 2]), {
        initialState: states(kind, () => tf.ones([2, 3], "int32")),
      }) as tf.Tensor,
  ],
  [
    `${kind}: one mask for all examples`,
    () =>
      layer(kind).call(ramp([2, 4, 2]), {
        mask: tf.tensor2d([[1, 1, 0, 1]], [1, 4], "bool"),
      }) as tf.Tensor,
  ],
]);

const updates = Object.entries(OPTIMIZERS).flatMap(([name, make]): [string, () => tf.Tensor][] => [
  [`${name}: one gradient for all numbers`, () => updated(make, () => tf.scalar(2))],
  [`${name}: a gradient of whole numbers`, () => updated(make, () => tf.ones([5], "int32"))],
]);

const cases: [string, () => tf.Tensor][] = [
  ...recurrent,
  ...updates,
  [
    "batch normalisation with one scale for all channels",
    () =>
      tf.grad((x) =>
        tf.sum(
          tf.square(
            tf.batchNorm(
              x,
              tf.zeros<tf.Rank>([5]),
              tf.ones<tf.Rank>([5]),
              tf.zeros<tf.Rank>([5]),
              tf.tensor1d([2]) as tf.Tensor,
            ),
          ),
        ),
      )(ramp([3, 5])),
  ],
];

describe("equals the cpu engine", () => {
  test.each(cases)("%s", async (_, run) => {
    const ours = [...tf.tidy(run).dataSync()];
    await tf.setBackend("cpu");
    const theirs = [...tf.tidy(run).dataSync()];
    ours.forEach((value, at) => expect(value).toBeCloseTo(theirs[at] as number, 4));
    expect(ours).toHaveLength(theirs.length);
  });
});

test("negative padding cuts an image off, there and back", () => {
  const x = ramp([1, 6, 5, 2]) as tf.Tensor4D;
  const filter = ramp([3, 2, 2, 3]) as tf.Tensor4D;
  const pads: [number, number][] = [
    [0, 0],
    [-1, 1],
    [-2, 0],
    [0, 0],
  ];
  const cut = (image: tf.Tensor): tf.Tensor4D =>
    tf.pad(tf.slice(image, [0, 1, 2, 0], [1, 5, 3, 2]) as tf.Tensor4D, [
      [0, 0],
      [0, 1],
      [0, 0],
      [0, 0],
    ]);
  const ours = tf.grads((image, w) =>
    tf.sum(tf.square(tf.conv2d(image as tf.Tensor4D, w as tf.Tensor4D, 1, pads as never))),
  )([x, filter]);
  const theirs = tf.grads((image, w) =>
    tf.sum(tf.square(tf.conv2d(cut(image), w as tf.Tensor4D, 1, "valid"))),
  )([x, filter]);
  ours.forEach((gradient, which) => {
    const expected = [...(theirs[which] as tf.Tensor).dataSync()];
    [...gradient.dataSync()].forEach((value, at) =>
      expect(value).toBeCloseTo(expected[at] as number, 3),
    );
  });
});

test("an activation that cannot be fused is a coded error, and leaves nothing behind", () => {
  const [a, b] = [ramp([40, 2]), ramp([2, 3])];
  const { numDataBuffers } = tf.memory();
  expect(() => tf.fused.matMul({ a, b, activation: "tanh" as never })).toThrow(
    expect.objectContaining({ code: "KERNEL_MISSING" }) as Error,
  );
  expect(tf.memory().numDataBuffers).toBe(numDataBuffers);
});

test("tanh keeps the digits of small numbers", () => {
  const lstm = tf.layers.lstm({ units: 1, kernelInitializer: "ones", useBias: false });
  const x = tf.tensor3d([1e-6, -1e-3, 0.3], [3, 1, 1]);
  const values = [...(lstm.apply(x) as tf.Tensor).dataSync()];
  const hard = (z: number): number => Math.min(1, Math.max(0, 0.2 * z + 0.5));
  [1e-6, -1e-3, 0.3].forEach((z, at) => {
    const expected = hard(z) * Math.tanh(hard(z) * Math.tanh(z));
    expect(Math.abs((values[at] as number) / expected - 1)).toBeLessThan(1e-5);
  });
});

test.each(["float32", "bool"] as const)(
  "a range of %s that starts before or beyond its axis is a coded error, and leaves nothing behind",
  (dtype) => {
    const x = tf.ones([3, 4, 5], dtype);
    const { numDataIds } = tf.backend() as unknown as { numDataIds: () => number };
    const count = (): number => numDataIds.call(tf.backend());
    const before = count();
    for (const [begin, size] of [
      [
        [0, 9, 0],
        [-1, -1, -1],
      ],
      [
        [-2, 0, 0],
        [2, 2, 2],
      ],
      [
        [0, 0.5, 0],
        [1, 2, 1],
      ],
    ] as const)
      expect(() => tf.slice(x, [...begin], [...size])).toThrow(/whole numbers from 0/);
    expect(count()).toBe(before);
  },
);

test.each(["lstm", "gru"] as const)(
  "%s: a disposed input, state or mask is a coded error, and leaves nothing behind",
  (kind) => {
    const made = layer(kind);
    const given = (): tf.Tensor[] => [ramp([2, 4, 2]), ramp([2, 3]), tf.ones([2, 4], "bool")];
    const { numTensors } = tf.memory();
    for (const at of [0, 1, 2]) {
      const tensors = given();
      tensors[at]?.dispose();
      const [x, state, mask] = tensors as [tf.Tensor, tf.Tensor, tf.Tensor];
      expect(() => made.call(x, { initialState: states(kind, () => state), mask })).toThrow(
        expect.objectContaining({ code: "DISPOSED" }),
      );
      tensors.forEach((tensor) => {
        tensor.dispose();
      });
    }
    expect(tf.memory().numTensors).toBe(numTensors);
  },
);

test("a fused product of one matrix with a batch of more axes is one product for each", () => {
  const a = ramp([1, 3, 4]) as tf.Tensor3D;
  const b = ramp([1, 2, 4, 5]);
  const found: tf.Tensor = tf
    .engine()
    .runKernel(
      tf._FusedMatMul,
      { a, b, bias: ramp([5]) },
      { transposeA: false, transposeB: false, activation: "linear" },
    );
  const [rows, columns] = [a.dataSync(), b.dataSync()];
  const wanted = Array.from({ length: 30 }, (_, at) => {
    const [matrix, row, column] = [Math.floor(at / 15), Math.floor(at / 5) % 3, at % 5];
    const terms = [0, 1, 2, 3].map(
      (k) => (rows[row * 4 + k] as number) * (columns[matrix * 20 + k * 5 + column] as number),
    );
    return terms.reduce((sum, term) => sum + term, Math.sin(column + 1));
  });
  expect(found.shape).toEqual([1, 2, 3, 5]);
  [...found.dataSync()].forEach((value, at) => {
    expect(value).toBeCloseTo(wanted[at] as number, 5);
  });
});
