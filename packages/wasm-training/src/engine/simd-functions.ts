/** Names of what a function takes besides addresses, in its order: sizes that it is given as a list come first. */
type Sizes = readonly [number, number, number, number, number, number, number, number];

type ConvolutionSizes = readonly [
  ...(readonly [number, number, number, number, number, number, number, number, number]),
  ...Sizes,
];

/** What a function goes through from an address on. */
export interface Extent {
  /** How many numbers of four bytes, neither fewer nor more. */
  readonly count: number;
  /** What they are; "any" where they are moved and not read. */
  readonly dtype: "float32" | "int32" | "any";
  /** Whether the function does without. */
  readonly optional: boolean;
}

/** The memory that products pack their operands in. */
export const SCRATCH = "scratch";

/** What stands at each of a function's addresses, by name, in its order; a number is that many of float32. */
export type Extents = Readonly<Record<string, Extent | number | typeof SCRATCH>>;

const scratch = SCRATCH;

function maybe(count: number): Extent {
  return { count, dtype: "float32", optional: true };
}

function whole(count: number): Extent {
  return { count, dtype: "int32", optional: false };
}

function moved(count: number): Extent {
  return { count, dtype: "any", optional: false };
}

/** Numbers that a whole matrix [k, n] takes when packed, as `packedBytes` in simd/gemm.ts. */
function packed(k: number, n: number): number {
  return 8 * k * Math.ceil(n / 8);
}

/** Numbers from the first to the last of a matrix whose rows and columns lie so far apart. */
function reach(
  [rows, columns]: readonly [number, number],
  [rowStep, columnStep]: readonly [number, number],
): number {
  return rows * columns === 0 ? 0 : (rows - 1) * rowStep + (columns - 1) * columnStep + 1;
}

/** Patches of an image that are made at a time, as BLOCK_ROWS in simd/gemm.ts. */
const PATCHES = 128;

function convolution(sizes: ConvolutionSizes) {
  const [batch, height, width, channels, filterHeight, filterWidth, ...others] = sizes;
  const [outHeight, outWidth, outChannels, , , , , , , paddedHeight, paddedWidth] = others;
  const pixels = outHeight * outWidth;
  const patch = filterHeight * filterWidth * channels;
  return {
    image: batch * height * width * channels,
    filter: patch * outChannels,
    depthwise: filterHeight * filterWidth * outChannels,
    out: batch * pixels * outChannels,
    padded: paddedHeight * paddedWidth * channels,
    ...{ pixels, patch, outChannels },
  };
}

function recurrence([batch, time, inputs, units, , , rows]: Sizes, gates: number) {
  return {
    x: batch * time * inputs,
    kernel: inputs * gates * units,
    recurrent: units * gates * units,
    bias: gates * units,
    state: batch * units,
    steps: time * batch * units,
    gates: time * batch * gates * units,
    mask: batch * time,
    outputs: batch * rows * units,
    ...{ inputs, units },
  };
}

function ofPooling(sizes: ConvolutionSizes): Extents {
  const { image, out } = convolution(sizes);
  return { x: image, dy: out, dx: image };
}

function ofConvolution(sizes: ConvolutionSizes): Extents {
  const { image, filter, out, padded, pixels, patch, outChannels } = convolution(sizes);
  const room = {
    padded,
    packed: packed(patch, outChannels),
    offsets: pixels + packed(1, outChannels),
  };
  return { x: image, filter, bias: maybe(outChannels), y: out, ...room, scratch };
}

function ofInputGradient(sizes: ConvolutionSizes): Extents {
  const { image, filter, out, padded, patch, outChannels } = convolution(sizes);
  const room = { padded, packed: packed(outChannels, patch), patches: PATCHES * patch };
  return { dy: out, filter, dx: image, ...room, scratch };
}

function ofFilterGradient(sizes: ConvolutionSizes): Extents {
  const { image, filter, out, padded } = convolution(sizes);
  return { x: image, dy: out, dw: filter, padded, scratch };
}

function ofGruForward(sizes: Sizes): Extents {
  const { x, kernel, recurrent, bias, state, steps, gates, mask, outputs, ...of } = recurrence(
    sizes,
    3,
  );
  const { inputs, units } = of;
  const parts = packed(units, 2 * units) + packed(units, units);
  return {
    ...{ x, kernel, recurrent, bias: maybe(bias), h0: state, mask: maybe(mask) },
    ...{ dropout: maybe(state), h: outputs, gates, previous: steps, reset: steps },
    ...{ packed: Math.max(parts, packed(inputs, 3 * units)), scratch },
  };
}

function ofGruBackward(sizes: Sizes): Extents {
  const { x, kernel, recurrent, bias, state, steps, gates, mask, outputs, ...of } = recurrence(
    sizes,
    3,
  );
  const { inputs, units } = of;
  const parts = packed(2 * units, units) + packed(units, units);
  return {
    ...{ x, kernel, recurrent, mask: maybe(mask), dropout: maybe(state), gates, previous: steps },
    ...{ reset: steps, dy: outputs, dx: x, dKernel: maybe(kernel), dRecurrent: maybe(recurrent) },
    ...{ dBias: maybe(bias), dh0: state, dz: gates, through: state, dp: state },
    ...{ packed: Math.max(parts, packed(3 * units, inputs)), scratch },
  };
}

function ofLstmForward(sizes: Sizes): Extents {
  const { x, kernel, recurrent, bias, state, steps, gates, mask, outputs, ...of } = recurrence(
    sizes,
    4,
  );
  const depth = Math.max(of.inputs, of.units);
  return {
    ...{ x, kernel, recurrent, bias: maybe(bias), h0: state, c0: state, mask: maybe(mask) },
    ...{ dropout: maybe(state), h: outputs, c: steps, carry: steps, gates, previous: steps },
    ...{ packed: packed(depth, 4 * of.units), scratch },
  };
}

function ofLstmBackward(sizes: Sizes): Extents {
  const { x, kernel, recurrent, bias, state, steps, gates, mask, outputs, ...of } = recurrence(
    sizes,
    4,
  );
  const columns = Math.max(of.inputs, of.units);
  return {
    ...{ x, kernel, recurrent, c0: state, mask: maybe(mask), dropout: maybe(state), c: steps },
    ...{ carry: steps, gates, previous: steps, dy: outputs, dx: x, dKernel: maybe(kernel) },
    ...{ dRecurrent: maybe(recurrent), dBias: maybe(bias), dh0: state, dc0: state, dz: gates },
    ...{ through: state, packed: packed(4 * of.units, columns), scratch },
  };
}

function ofProduct([m, n, k, rowsA, columnsA, rowsB, columnsB, stride]: Sizes): Extents {
  return {
    a: reach([m, k], [rowsA, columnsA]),
    b: reach([k, n], [rowsB, columnsB]),
    c: reach([m, n], [stride, 1]),
    scratch,
  };
}

/**
 * The functions of the module that ../../simd is compiled to, and what each goes through for the sizes that it is
 * given: all that reads or writes memory stands here, and nothing is called that was not compared with it.
 */
export const SIMD_FUNCTIONS = {
  adam: ([n]: Sizes): Extents => ({
    ...{ w: n, g: n, m: n, v: n, beta1Power: 1, beta2Power: 1 },
    ...{ newW: n, newM: n, newV: n },
  }),
  batchNorm: ([rows, channels]: Sizes): Extents => ({
    ...{ x: rows * channels, mean: channels, variance: channels, scale: maybe(channels) },
    ...{ offset: maybe(channels), y: rows * channels },
  }),
  batchNormGradient: ([rows, channels]: Sizes): Extents => ({
    ...{ x: rows * channels, dy: rows * channels, mean: channels, variance: channels },
    ...{ scale: maybe(channels), dx: rows * channels, dMean: channels, dVariance: channels },
    ...{ dScale: channels, dOffset: channels },
  }),
  convolutionFilterGradient: ofFilterGradient,
  convolutionInputGradient: ofInputGradient,
  convolve: ofConvolution,
  depthwiseFilterGradient: (sizes: ConvolutionSizes): Extents => {
    const { image, out, depthwise } = convolution(sizes);
    return { x: image, dy: out, dw: depthwise };
  },
  depthwiseInputGradient: (sizes: ConvolutionSizes): Extents => {
    const { image, out, depthwise } = convolution(sizes);
    return { dy: out, filter: depthwise, dx: image };
  },
  gatherRows: ([outer, rows, width, count]: Sizes): Extents => ({
    ...{ x: moved(outer * rows * width), indices: whole(count), y: moved(outer * count * width) },
  }),
  gemm: ofProduct,
  gemmScratch: (): Extents => ({}),
  gruBackward: ofGruBackward,
  gruForward: ofGruForward,
  lstmBackward: ofLstmBackward,
  lstmForward: ofLstmForward,
  maxPoolGradient: ofPooling,
  momentum: ([n]: Sizes): Extents => ({
    ...{ w: n, g: n, a: n, newW: n, newA: n, mu: 1, minusRate: 1 },
  }),
  packedBytes: (): Extents => ({}),
  repeatRows: ([outer, width, times]: Sizes): Extents => ({
    ...{ x: moved(outer * width), y: moved(outer * width * times) },
  }),
  rmsProp: ([n]: Sizes): Extents => ({
    ...{ w: n, g: n, s: n, a: n, mean: maybe(n), newW: n, newS: n, newA: n, newMean: maybe(n) },
  }),
  segmentSum: ([rows, width, segments]: Sizes): Extents => ({
    ...{ x: rows * width, segmentIds: whole(rows), y: segments * width },
  }),
  sumMiddle: ([outer, rows, columns]: Sizes): Extents => ({
    ...{ x: outer * rows * columns, y: outer * columns },
  }),
};

/** Functions of the module that ../../simd is compiled to; they take addresses, sizes and numbers. */
export type SimdFunction = keyof typeof SIMD_FUNCTIONS;
