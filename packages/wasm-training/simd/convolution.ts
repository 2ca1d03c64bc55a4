/**
 * Gradients of two-dimensional convolutions as matrix products over patches, [channels last].
 *
 * A patch holds the filter · channels numbers of the padded image that one output pixel sees. With the patches of an
 * image as a matrix P [pixels, patch], y = P · w, so ∂w = Pᵀ · ∂y, and ∂P = ∂y · wᵀ is added back to where it came from.
 * Neither P nor ∂P is ever written as a whole.
 *
 * @see Chellapilla, Puri & Simard 2006, High Performance Convolutional Neural Networks
 */
import {
  BLOCK_COLUMNS,
  BLOCK_DEPTH,
  BLOCK_ROWS,
  blockA,
  blockB,
  edgeTile,
  multiplyBlocks,
  multiplyPacked,
  pack,
} from "./gemm";
import { COLUMNS, copyNeighbours, packPanels, ROWS } from "./panels";
import { addTo } from "./vector";

/** Sizes of a convolution, in the order in which TypeScript writes them. */
@unmanaged
export class Convolution {
  batch: i32;
  height: i32;
  width: i32;
  channels: i32;
  filterHeight: i32;
  filterWidth: i32;
  outHeight: i32;
  outWidth: i32;
  outChannels: i32;
  strideHeight: i32;
  strideWidth: i32;
  dilationHeight: i32;
  dilationWidth: i32;
  padTop: i32;
  padLeft: i32;
  /** Of an image with its padding, as far as any patch reaches. */
  paddedHeight: i32;
  paddedWidth: i32;
}

export function isPadded(g: Convolution): bool {
  return g.padTop != 0 || g.padLeft != 0 || g.paddedHeight != g.height || g.paddedWidth != g.width;
}

export function imageBytes(g: Convolution): usize {
  return (<usize>(g.height * g.width * g.channels)) << 2;
}

function paddedBytes(g: Convolution): usize {
  return (<usize>(g.paddedHeight * g.paddedWidth * g.channels)) << 2;
}

/** Where row `row` of an image begins within its padded copy. */
function paddedRow(g: Convolution, padded: usize, row: i32): usize {
  return padded + ((<usize>(((row + g.padTop) * g.paddedWidth + g.padLeft) * g.channels)) << 2);
}

/** Copies an image into its padded form; negative padding cuts rows and columns off. */
export function pad(g: Convolution, image: usize, padded: usize): void {
  memory.fill(padded, 0, paddedBytes(g));
  const cut = (<usize>(max(0, -g.padLeft) * g.channels)) << 2;
  const row = (<usize>(g.width * g.channels)) << 2;
  for (let y = max(0, -g.padTop); y < g.height; y++)
    memory.copy(paddedRow(g, padded, y) + cut, image + <usize>y * row + cut, row - cut);
}

/** Copies an image out of its padded form; what negative padding cut off is zero. */
function crop(g: Convolution, padded: usize, image: usize): void {
  memory.fill(image, 0, imageBytes(g));
  const cut = (<usize>(max(0, -g.padLeft) * g.channels)) << 2;
  const row = (<usize>(g.width * g.channels)) << 2;
  for (let y = max(0, -g.padTop); y < g.height; y++)
    memory.copy(image + <usize>y * row + cut, paddedRow(g, padded, y) + cut, row - cut);
}

/** Bytes from the beginning of a patch to its number `at`. */
function patchOffset(g: Convolution, at: i32): usize {
  const tap = at / g.channels;
  const y = (tap / g.filterWidth) * g.dilationHeight;
  const x = (tap % g.filterWidth) * g.dilationWidth;
  return (<usize>((y * g.paddedWidth + x) * g.channels + (at % g.channels))) << 2;
}

/** Bytes from the beginning of the padded image to the patch of an output pixel. */
export function pixelOffset(g: Convolution, pixel: i32): usize {
  const y = (pixel / g.outWidth) * g.strideHeight;
  const x = (pixel % g.outWidth) * g.strideWidth;
  return (<usize>((y * g.paddedWidth + x) * g.channels)) << 2;
}

/** Packs Pᵀ: `count` numbers of the patches from number `first` on, for `depth` pixels from `pixel` on. */
function packPatches(
  g: Convolution,
  image: usize,
  first: i32,
  count: i32,
  pixel: i32,
  depth: i32,
  target: usize,
): void {
  const step = (<usize>(g.strideWidth * g.channels)) << 2;
  const last = first + count - 1;
  for (let line = first; line <= last; line += ROWS) {
    const o0 = patchOffset(g, line);
    // numbers beyond the last repeat it; their sums are never written
    const o1 = patchOffset(g, min(line + 1, last));
    const o2 = patchOffset(g, min(line + 2, last));
    const o3 = patchOffset(g, min(line + 3, last));
    const together = o3 == o0 + 12 && o2 == o0 + 8 && o1 == o0 + 4;
    // row by row of the output, since within one the patches lie evenly apart
    for (let at = pixel; at < pixel + depth;) {
      const run = min(g.outWidth - (at % g.outWidth), pixel + depth - at);
      const from = image + pixelOffset(g, at);
      if (together) copyNeighbours(from + o0, step, run, target, 16);
      else copyFour(from, o0, o1, o2, o3, step, run, target);
      target += (<usize>run) << 4;
      at += run;
    }
  }
}

/** Copies four numbers of each of `count` patches that lie `step` bytes apart. */
function copyFour(
  from: usize,
  o0: usize,
  o1: usize,
  o2: usize,
  o3: usize,
  step: usize,
  count: i32,
  to: usize,
): void {
  for (let at = 0; at < count; at++) {
    store<f32>(to, load<f32>(from + o0));
    store<f32>(to, load<f32>(from + o1), 4);
    store<f32>(to, load<f32>(from + o2), 8);
    store<f32>(to, load<f32>(from + o3), 12);
    from += step;
    to += 16;
  }
}

/**
 * ∂w [filter height, filter width, channels, out channels] = Σ Pᵀ · ∂y over the batch.
 *
 * @param padded room for one padded image
 */
export function convolutionFilterGradient(
  g: Convolution,
  x: usize,
  dy: usize,
  dw: usize,
  padded: usize,
  scratch: usize,
): void {
  const pixels = g.outHeight * g.outWidth;
  const patch = g.filterHeight * g.filterWidth * g.channels;
  const out = g.outChannels;
  const packedA = blockA(scratch);
  const packedB = blockB(scratch);
  const tile = edgeTile(scratch);
  for (let example = 0; example < g.batch; example++) {
    let image = x + <usize>example * imageBytes(g);
    if (isPadded(g)) {
      pad(g, image, padded);
      image = padded;
    }
    for (let column = 0; column < out; column += BLOCK_COLUMNS) {
      const columns = min(BLOCK_COLUMNS, out - column);
      for (let pixel = 0; pixel < pixels; pixel += BLOCK_DEPTH) {
        const depth = min(BLOCK_DEPTH, pixels - pixel);
        const from = dy + ((<usize>((example * pixels + pixel) * out + column)) << 2);
        packPanels(from, 1, out, columns, depth, COLUMNS, packedB);
        const add = example > 0 || pixel > 0;
        for (let row = 0; row < patch; row += BLOCK_ROWS) {
          const rows = min(BLOCK_ROWS, patch - row);
          packPatches(g, image, row, rows, pixel, depth, packedA);
          const target = dw + ((<usize>(row * out + column)) << 2);
          multiplyBlocks(packedA, packedB, rows, columns, depth, target, out, add, tile);
        }
      }
    }
  }
}

/** Adds patches [count, patch] of the pixels from `pixel` on to the padded image. */
function addPatches(g: Convolution, patches: usize, pixel: i32, count: i32, image: usize): void {
  // without dilation a row of the filter is one run of the image
  const runs = g.dilationWidth == 1 ? 1 : g.filterWidth;
  const run = (g.filterWidth / runs) * g.channels;
  for (let at = pixel; at < pixel + count; at++) {
    const corner = image + pixelOffset(g, at);
    for (let part = 0; part < g.filterHeight * runs; part++) {
      addTo(corner + patchOffset(g, part * run), patches, run);
      patches += (<usize>run) << 2;
    }
  }
}

/**
 * ∂x [batch, height, width, channels]: ∂P = ∂y · wᵀ, added back to the images.
 *
 * @param padded room for one padded image
 * @param filter room for wᵀ, packed
 * @param patches room for 128 patches
 */
export function convolutionInputGradient(
  g: Convolution,
  dy: usize,
  w: usize,
  dx: usize,
  padded: usize,
  filter: usize,
  patches: usize,
  scratch: usize,
): void {
  const pixels = g.outHeight * g.outWidth;
  const patch = g.filterHeight * g.filterWidth * g.channels;
  const out = g.outChannels;
  pack(w, 1, out, out, patch, filter);
  for (let example = 0; example < g.batch; example++) {
    const image = dx + <usize>example * imageBytes(g);
    const target = isPadded(g) ? padded : image;
    memory.fill(target, 0, paddedBytes(g));
    for (let pixel = 0; pixel < pixels; pixel += BLOCK_ROWS) {
      const count = min(BLOCK_ROWS, pixels - pixel);
      const from = dy + ((<usize>((example * pixels + pixel) * out)) << 2);
      multiplyPacked(count, patch, out, from, out, filter, patches, patch, false, scratch);
      addPatches(g, patches, pixel, count, target);
    }
    if (isPadded(g)) crop(g, padded, image);
  }
}
