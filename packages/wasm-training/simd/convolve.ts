/**
 * Two-dimensional convolution, [channels last]: y [pixels, out] = P · w, with the patches P read straight from the image.
 * Four pixels times eight out channels stay in registers over a whole patch.
 */
import { Convolution, imageBytes, isPadded, pad, pixelOffset } from "./convolution";
import { edgeTile, writeTile } from "./gemm";
import { COLUMNS, packPanels, ROWS } from "./panels";
import { fill } from "./vector";

/** Pixels whose patches and one panel of w stay in the first cache. */
const BLOCK: i32 = 64;

/** One tile [4, 8]: four patches, whose numbers lie in runs, times a panel [patch, 8], plus the bias. */
function convolveTile(
  g: Convolution,
  p0: usize,
  p1: usize,
  p2: usize,
  p3: usize,
  panel: usize,
  bias: usize,
  relu: bool,
  y: usize,
  stride: usize,
): void {
  // without dilation a row of the filter is one run of the image
  const runs = g.dilationWidth == 1 ? 1 : g.filterWidth;
  const run = (<usize>((g.filterWidth / runs) * g.channels)) << 2;
  const across = (<usize>(g.dilationWidth * g.channels)) << 2;
  const down = (<usize>(g.dilationHeight * g.paddedWidth * g.channels)) << 2;
  let c00 = v128.load(bias);
  let c01 = v128.load(bias, 16);
  let c10 = c00;
  let c11 = c01;
  let c20 = c00;
  let c21 = c01;
  let c30 = c00;
  let c31 = c01;
  for (let row = 0; row < g.filterHeight; row++) {
    let offset = <usize>row * down;
    for (let part = 0; part < runs; part++) {
      const end = offset + run;
      for (let at = offset; at < end; at += 4) {
        const b0 = v128.load(panel);
        const b1 = v128.load(panel, 16);
        const a0 = v128.load_splat<f32>(p0 + at);
        c00 = f32x4.add(c00, f32x4.mul(a0, b0));
        c01 = f32x4.add(c01, f32x4.mul(a0, b1));
        const a1 = v128.load_splat<f32>(p1 + at);
        c10 = f32x4.add(c10, f32x4.mul(a1, b0));
        c11 = f32x4.add(c11, f32x4.mul(a1, b1));
        const a2 = v128.load_splat<f32>(p2 + at);
        c20 = f32x4.add(c20, f32x4.mul(a2, b0));
        c21 = f32x4.add(c21, f32x4.mul(a2, b1));
        const a3 = v128.load_splat<f32>(p3 + at);
        c30 = f32x4.add(c30, f32x4.mul(a3, b0));
        c31 = f32x4.add(c31, f32x4.mul(a3, b1));
        panel += 32;
      }
      offset += across;
    }
  }
  if (relu) {
    const zero = f32x4.splat(0);
    c00 = f32x4.pmax(c00, zero);
    c01 = f32x4.pmax(c01, zero);
    c10 = f32x4.pmax(c10, zero);
    c11 = f32x4.pmax(c11, zero);
    c20 = f32x4.pmax(c20, zero);
    c21 = f32x4.pmax(c21, zero);
    c30 = f32x4.pmax(c30, zero);
    c31 = f32x4.pmax(c31, zero);
  }
  v128.store(y, c00);
  v128.store(y, c01, 16);
  y += stride;
  v128.store(y, c10);
  v128.store(y, c11, 16);
  y += stride;
  v128.store(y, c20);
  v128.store(y, c21, 16);
  y += stride;
  v128.store(y, c30);
  v128.store(y, c31, 16);
}

/** Convolves pixels from `first` up to `end` of an image with one panel of out channels. */
function convolvePanel(
  g: Convolution,
  image: usize,
  offsets: usize,
  first: i32,
  end: i32,
  panel: usize,
  bias: usize,
  relu: bool,
  y: usize,
  columns: i32,
  tile: usize,
): void {
  const stride = (<usize>g.outChannels) << 2;
  for (let pixel = first; pixel < end; pixel += ROWS) {
    const rows = min(ROWS, end - pixel);
    const at = offsets + ((<usize>pixel) << 2);
    const p0 = image + load<u32>(at);
    // pixels beyond the last repeat it; theirs are never written
    const p1 = rows > 1 ? image + load<u32>(at, 4) : p0;
    const p2 = rows > 2 ? image + load<u32>(at, 8) : p0;
    const p3 = rows > 3 ? image + load<u32>(at, 12) : p0;
    const target = y + <usize>pixel * stride;
    if (rows == ROWS && columns == COLUMNS) {
      convolveTile(g, p0, p1, p2, p3, panel, bias, relu, target, stride);
    } else {
      convolveTile(g, p0, p1, p2, p3, panel, bias, relu, tile, 32);
      writeTile(tile, rows, columns, target, stride, false);
    }
  }
}

/**
 * y [batch, out height, out width, out channels] = act(x ∗ w + b), act the identity or relu.
 *
 * @param bias 0 for none
 * @param padded room for one padded image
 * @param packed room for w, packed
 * @param offsets room for the place of each pixel's patch, and the bias, filled up to whole panels
 */
export function convolve(
  g: Convolution,
  x: usize,
  w: usize,
  bias: usize,
  relu: bool,
  y: usize,
  padded: usize,
  packed: usize,
  offsets: usize,
  scratch: usize,
): void {
  const pixels = g.outHeight * g.outWidth;
  const patch = g.filterHeight * g.filterWidth * g.channels;
  const out = g.outChannels;
  const panelBytes = (<usize>(patch * COLUMNS)) << 2;
  const biases = offsets + ((<usize>pixels) << 2);
  fill(biases, 0, COLUMNS * ((out + COLUMNS - 1) / COLUMNS));
  if (bias != 0) memory.copy(biases, bias, (<usize>out) << 2);
  packPanels(w, 1, out, out, patch, COLUMNS, packed);
  for (let pixel = 0; pixel < pixels; pixel++)
    store<u32>(offsets + ((<usize>pixel) << 2), <u32>pixelOffset(g, pixel));
  for (let example = 0; example < g.batch; example++) {
    let image = x + <usize>example * imageBytes(g);
    if (isPadded(g)) {
      pad(g, image, padded);
      image = padded;
    }
    const target = y + ((<usize>(example * pixels * out)) << 2);
    for (let first = 0; first < pixels; first += BLOCK) {
      const end = min(pixels, first + BLOCK);
      let panel = packed;
      for (let column = 0; column < out; column += COLUMNS) {
        const at = (<usize>column) << 2;
        const columns = min(COLUMNS, out - column);
        convolvePanel(
          g,
          image,
          offsets,
          first,
          end,
          panel,
          biases + at,
          relu,
          target + at,
          columns,
          edgeTile(scratch),
        );
        panel += panelBytes;
      }
    }
  }
}
