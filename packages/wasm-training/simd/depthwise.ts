/** Gradients of depthwise convolutions, [channels last]: out channel c · M + m sees channel c alone, M to each. */
import { Convolution } from "./convolution";
import { lanes, read, write } from "./vector";

/** The first output column that sees the image through a filter's column at `offset`. */
function firstSeen(offset: i32, stride: i32): i32 {
  return offset >= 0 ? 0 : (stride - 1 - offset) / stride;
}

/** One past the last such output column. */
function lastSeen(offset: i32, stride: i32, width: i32, outWidth: i32): i32 {
  return offset >= width ? 0 : min(outWidth, (width - 1 - offset) / stride + 1);
}

/** dw[c · M + m] += Σ_columns x[c] dy[c · M + m] */
function addToFilter(g: Convolution, x: usize, dy: usize, count: i32, dw: usize): void {
  const many = g.outChannels / g.channels;
  const stepX = (<usize>(g.strideWidth * g.channels)) << 2;
  const stepY = (<usize>g.outChannels) << 2;
  for (let c = 0; c < g.outChannels;) {
    const n = many == 1 ? lanes(g.outChannels - c) : 1;
    const at = (<usize>c) << 2;
    let fromX = x + ((<usize>(c / many)) << 2);
    let fromY = dy + at;
    let sum = read(dw + at, n);
    for (let column = 0; column < count; column++) {
      sum = f32x4.add(sum, f32x4.mul(read(fromX, n), read(fromY, n)));
      fromX += stepX;
      fromY += stepY;
    }
    write(dw + at, sum, n);
    c += n;
  }
}

/** dx[c] += dy[c · M + m] w[c · M + m], at each of `count` columns */
function addToInput(g: Convolution, dx: usize, dy: usize, count: i32, w: usize): void {
  const many = g.outChannels / g.channels;
  const stepX = (<usize>(g.strideWidth * g.channels)) << 2;
  const stepY = (<usize>g.outChannels) << 2;
  for (let c = 0; c < g.outChannels;) {
    const n = many == 1 ? lanes(g.outChannels - c) : 1;
    const at = (<usize>c) << 2;
    const weights = read(w + at, n);
    let toX = dx + ((<usize>(c / many)) << 2);
    let fromY = dy + at;
    for (let column = 0; column < count; column++) {
      write(toX, f32x4.add(read(toX, n), f32x4.mul(read(fromY, n), weights)), n);
      toX += stepX;
      fromY += stepY;
    }
    c += n;
  }
}

/** Walks over every row of outputs that a row of the filter sees, tap by tap. */
function eachTap(g: Convolution, x: usize, dy: usize, w: usize, ofInput: bool): void {
  for (let row = 0; row < g.batch * g.outHeight; row++) {
    const example = row / g.outHeight;
    const top = (row % g.outHeight) * g.strideHeight - g.padTop;
    for (let tap = 0; tap < g.filterHeight * g.filterWidth; tap++) {
      const y = top + (tap / g.filterWidth) * g.dilationHeight;
      if (y < 0 || y >= g.height) continue;
      const offset = (tap % g.filterWidth) * g.dilationWidth - g.padLeft;
      const first = firstSeen(offset, g.strideWidth);
      const count = lastSeen(offset, g.strideWidth, g.width, g.outWidth) - first;
      if (count <= 0) continue;
      const column = first * g.strideWidth + offset;
      const atX = x + ((<usize>(((example * g.height + y) * g.width + column) * g.channels)) << 2);
      const atY = dy + ((<usize>((row * g.outWidth + first) * g.outChannels)) << 2);
      const atW = w + ((<usize>(tap * g.outChannels)) << 2);
      if (ofInput) addToInput(g, atX, atY, count, atW);
      else addToFilter(g, atX, atY, count, atW);
    }
  }
}

/** ∂w [filter height, filter width, channels, M] */
export function depthwiseFilterGradient(g: Convolution, x: usize, dy: usize, dw: usize): void {
  memory.fill(dw, 0, (<usize>(g.filterHeight * g.filterWidth * g.outChannels)) << 2);
  eachTap(g, x, dy, dw, false);
}

/** ∂x [batch, height, width, channels] */
export function depthwiseInputGradient(g: Convolution, dy: usize, w: usize, dx: usize): void {
  memory.fill(dx, 0, (<usize>(g.batch * g.height * g.width * g.channels)) << 2);
  eachTap(g, dx, dy, w, true);
}
