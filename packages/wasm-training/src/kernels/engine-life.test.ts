import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { numbers, runKernel, wholes } from "../../testing/kernel-cases.js";

/** What of the engine the tests look at. */
interface Backend {
  readonly wasm: {
    readonly HEAPU8: Uint8Array;
    _malloc: (bytes: number) => number;
    _free: (address: number | null) => void;
  };
  readonly numDataIds: () => number;
}

type Call = () => tf.Tensor | tf.Tensor[];

const images = () => numbers([2, 9, 7, 3], 1) as tf.Tensor4D;
const imagesFirst = () => numbers([2, 3, 9, 7], 1) as tf.Tensor4D;
const filter = () => numbers([3, 2, 3, 5], 2) as tf.Tensor4D;
const FUSED = { strides: 2, pad: "same", activation: "prelu" } as const;
const PAD: tf.backend_util.ExplicitPadding = [
  [0, 0],
  [2, 1],
  [1, 0],
  [0, 0],
];

/** Both gradients of a convolution. */
function gradients(f: (x: tf.Tensor4D, w: tf.Tensor4D) => tf.Tensor, x: tf.Tensor): tf.Tensor[] {
  return tf.grads(f as never)([x, filter()]);
}

/** A call of every kernel, and of each way that it takes. */
const CALLS: Readonly<Record<string, Call>> = {
  BatchMatMul: () => tf.matMul(numbers([2, 5, 9], 1), numbers([7, 9], 2), false, true),
  "BatchMatMul without products": () => tf.matMul(numbers([5, 0], 1), numbers([0, 9], 2)),
  _FusedMatMul: () =>
    tf.fused.matMul({
      ...{ a: numbers([3, 5, 9], 1), b: numbers([3, 9, 4], 2), bias: numbers([4], 3) },
      ...{ activation: "prelu", preluActivationWeights: numbers([5, 1], 4) },
    }),
  "Conv2D [N, C, H, W]": () => tf.conv2d(imagesFirst(), filter(), 1, "same", "NCHW"),
  "Conv2D [N, C, H, W] of no images": () =>
    tf.conv2d(numbers([0, 3, 9, 7], 1) as tf.Tensor4D, filter(), 1, "same", "NCHW"),
  FusedConv2D: () =>
    tf.fused.conv2d({
      ...{ x: images(), filter: filter(), ...FUSED },
      ...{
        bias: numbers([4, 5], 3),
        preluActivationWeights: numbers([4, 5], 4).reshape([1, 4, 5]),
      },
    }),
  "FusedConv2D [N, C, H, W]": () =>
    tf.fused.conv2d({
      ...{ x: imagesFirst(), filter: filter(), ...FUSED, dataFormat: "NCHW" },
      ...{ bias: numbers([5], 3), preluActivationWeights: numbers([5], 4) },
    }),
  FusedDepthwiseConv2D: () =>
    tf.fused.depthwiseConv2d({
      ...{ x: images(), filter: numbers([3, 2, 3, 2], 2) as tf.Tensor4D, ...FUSED },
      ...{ bias: numbers([], 3), preluActivationWeights: numbers([], 4) },
    }),
  "gradients of Conv2D": () => gradients((x, w) => tf.conv2d(x, w, 2, PAD), images()),
  "gradients of Conv2D [N, C, H, W]": () =>
    gradients((x, w) => tf.conv2d(x, w, 2, "same", "NCHW"), imagesFirst()),
  "gradients of Conv2D, lengths rounded up": () =>
    gradients((x, w) => tf.conv2d(x, w, 2, 0, "NHWC", 1, "ceil"), images()),
  "gradients of Conv2D without images": () =>
    gradients((x, w) => tf.conv2d(x, w, 1, "same", "NCHW"), numbers([0, 3, 9, 7], 1)),
  "tf.conv2dTranspose of whole numbers": () => {
    const x = wholes([2, 5, 4, 5], [-9, 9], 3) as tf.Tensor4D;
    return tf.conv2dTranspose(x, filter(), [2, 9, 7, 3], 2, "same");
  },
  "gradients of DepthwiseConv2dNative": () =>
    gradients((x, w) => tf.depthwiseConv2d(x, w, 1, "same"), images()),
  "Einsum of two": () => tf.einsum("abc,dcb->da", numbers([2, 3, 4], 1), numbers([5, 4, 3], 2)),
  "Einsum of one": () => tf.einsum("abc->ca", wholes([2, 3, 4], [-9, 9], 1)),
  "UnsortedSegmentSum of whole numbers": () =>
    tf.unsortedSegmentSum(wholes([7, 3], [-9, 9], 1), wholes([7], [-1, 5], 2) as tf.Tensor1D, 4),
  "gradient of GatherV2": () =>
    tf.grad((x) => tf.gather(x, wholes([4, 2], [0, 6], 2), 1))(numbers([3, 7], 1)),
  "gradient of MaxPool": () =>
    tf.grad((x) => tf.maxPool(x as tf.Tensor4D, [3, 2], 2, "same"))(images()),
  "MaxPoolGrad, lengths rounded up": () => {
    const dy = numbers([2, 5, 4, 3], 2);
    const attrs = { filterSize: 2, strides: 2, pad: 0 };
    return runKernel(tf.MaxPoolGrad, { dy, input: images(), output: dy }, attrs);
  },
  Prelu: () => tf.prelu(images(), numbers([7, 1], 2)),
  "Prelu of whole numbers": () => tf.prelu(wholes([3, 4], [-9, 9], 1), wholes([1], [-9, 9], 2)),
  Identity: () => tf.clone(images()),
  "Cast to the same type": () => tf.cast(images(), "float32"),
  "Cast to another": () => tf.cast(images(), "int32"),
  Sum: () => tf.sum(images(), [1, 2]),
  "Sum of no numbers": () => tf.sum(numbers([3, 0], 1), 1, true),
  Mean: () => tf.mean(images(), 0),
  Tile: () => tf.tile(images(), [2, 1, 3, 1]),
  "gradients of FusedBatchNorm": () => {
    const moments = [numbers([3], 2), tf.square(numbers([3], 3)), numbers([3], 4), numbers([3], 5)];
    type Batch = [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    const f = (...[x, mean, variance, offset, scale]: Batch) =>
      tf.batchNorm(x, mean, variance, offset, scale);
    return tf.grads(f)([images(), ...moments]);
  },
};

function values(call: Call): number[][] {
  return tf.tidy(() => [call()].flat().map((tensor: tf.Tensor) => [...tensor.dataSync()]));
}

beforeAll(async () => {
  await tf.setBackend("wasm");
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(Object.keys(CALLS))("%s", (name) => {
  const call = CALLS[name] as Call;

  test("leaves nothing behind, however often it is called", () => {
    const backend = tf.backend() as unknown as Backend;
    const run = () => {
      tf.tidy(() => void call());
    };
    // what is made once and kept
    for (let time = 0; time < 3; time++) run();
    const { numTensors, numDataBuffers } = tf.memory();
    const before = { heap: backend.wasm.HEAPU8.length, ids: backend.numDataIds() };
    const [taken, given] = [vi.spyOn(backend.wasm, "_malloc"), vi.spyOn(backend.wasm, "_free")];
    for (let time = 0; time < 50; time++) run();
    expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers });
    expect({ heap: backend.wasm.HEAPU8.length, ids: backend.numDataIds() }).toEqual(before);
    expect(taken).toHaveBeenCalled();
    expect(given).toHaveBeenCalledTimes(taken.mock.calls.length);
  });
});

test("results are the same after the engine was removed and started anew, twice", async () => {
  const before = Object.values(CALLS).map(values);
  const factory = tf.findBackendFactory("wasm") as () => Promise<tf.KernelBackend>;
  for (let time = 0; time < 2; time++) {
    const old = tf.backend();
    tf.removeBackend("wasm");
    tf.registerBackend("wasm", factory);
    await tf.setBackend("wasm");
    expect(tf.backend()).not.toBe(old);
    expect(Object.values(CALLS).map(values)).toEqual(before);
  }
});

test("a call that is refused leaves nothing behind", () => {
  const refused: readonly Call[] = [
    () => tf.matMul(numbers([2, 3, 4], 1), numbers([2, 5, 6], 2)),
    () => tf.matMul(numbers([2, 3, 4], 1), numbers([3, 4, 6], 2)),
    () => tf.einsum("ij,jk->ik", numbers([2, 3], 1), numbers([4, 2], 2)),
    () => tf.gather(numbers([3], 1), tf.tensor1d([3], "int32")),
    () => tf.prelu(numbers([2, 3], 1), numbers([2], 2)),
  ];
  const backend = tf.backend() as unknown as Backend;
  const ids = backend.numDataIds();
  for (const call of refused) expect(() => tf.tidy(call as () => tf.Tensor)).toThrow();
  expect(backend.numDataIds()).toBe(ids);
});
