/** Gradient of maximum pooling, [channels last]. */
import { Convolution } from "./convolution";
import { lanes, read, write } from "./vector";

/** ∂x: the gradient of each output goes to the first largest number of its window. */
export function maxPoolGradient(g: Convolution, x: usize, dy: usize, dx: usize): void {
  const taps = g.filterHeight * g.filterWidth;
  memory.fill(dx, 0, (<usize>(g.batch * g.height * g.width * g.channels)) << 2);
  for (let pixel = 0; pixel < g.batch * g.outHeight * g.outWidth; pixel++) {
    const row = pixel / g.outWidth;
    const left = (pixel % g.outWidth) * g.strideWidth - g.padLeft;
    const top = (row % g.outHeight) * g.strideHeight - g.padTop;
    const example = (row / g.outHeight) * g.height;
    for (let c = 0; c < g.channels;) {
      const n = lanes(g.channels - c);
      let largest = f32x4.splat(-Infinity);
      let place = i32x4.splat(-1);
      for (let tap = 0; tap < taps; tap++) {
        const at = offset(g, example, top, left, tap, c);
        if (at < 0) continue;
        const value = read(x + <usize>at, n);
        // also where nothing larger came yet, so that a window of −∞ has a place
        const larger = v128.or(f32x4.gt(value, largest), i32x4.eq(place, i32x4.splat(-1)));
        largest = v128.bitselect(value, largest, larger);
        place = v128.bitselect(i32x4.splat(tap), place, larger);
      }
      const gradient = read(dy + ((<usize>(pixel * g.channels + c)) << 2), n);
      for (let tap = 0; tap < taps; tap++) {
        const at = offset(g, example, top, left, tap, c);
        if (at < 0) continue;
        const part = v128.and(gradient, i32x4.eq(place, i32x4.splat(tap)));
        write(dx + <usize>at, f32x4.add(read(dx + <usize>at, n), part), n);
      }
      c += n;
    }
  }
}

/** Bytes to a window's number in the input, −1 where it lies in the padding. */
function offset(g: Convolution, example: i32, top: i32, left: i32, tap: i32, c: i32): i32 {
  const y = top + (tap / g.filterWidth) * g.dilationHeight;
  const x = left + (tap % g.filterWidth) * g.dilationWidth;
  if (y < 0 || y >= g.height || x < 0 || x >= g.width) return -1;
  return (((example + y) * g.width + x) * g.channels + c) << 2;
}
