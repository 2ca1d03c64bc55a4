/** Gradient of maximum pooling, [channels last]. */
import { Convolution } from "./convolution";
import { lanes, read, write } from "./vector";

/** ∂x: the gradient of each output goes to the first largest number of its window. */
export function maxPoolGradient(g: Convolution, x: usize, dy: usize, dx: usize): void {
  memory.fill(dx, 0, (<usize>(g.batch * g.height * g.width * g.channels)) << 2);
  for (let row = 0; row < g.batch * g.outHeight; row++) {
    const image = (<usize>((row / g.outHeight) * g.height * g.width * g.channels)) << 2;
    const top = (row % g.outHeight) * g.strideHeight - g.padTop;
    for (let column = 0; column < g.outWidth; column++) {
      const left = column * g.strideWidth - g.padLeft;
      window(g, x + image, dy, dx + image, top, left);
      dy += (<usize>g.channels) << 2;
    }
  }
}

/** One output pixel, all channels; taps in the padding are passed over. */
function window(g: Convolution, x: usize, dy: usize, dx: usize, top: i32, left: i32): void {
  const firstY = max(0, (g.dilationHeight - 1 - top) / g.dilationHeight);
  const firstX = max(0, (g.dilationWidth - 1 - left) / g.dilationWidth);
  const lastY = min(g.filterHeight, (g.height - 1 - top) / g.dilationHeight + 1);
  const lastX = min(g.filterWidth, (g.width - 1 - left) / g.dilationWidth + 1);
  const step = (<usize>(g.dilationWidth * g.channels)) << 2;
  const down = (<usize>(g.dilationHeight * g.width * g.channels)) << 2;
  const corner =
    (<usize>(
      (((top + firstY * g.dilationHeight) * g.width + left + firstX * g.dilationWidth) * g.channels)
    )) << 2;
  for (let channel = 0; channel < g.channels;) {
    const n = lanes(g.channels - channel);
    const at = corner + ((<usize>channel) << 2);
    let largest = f32x4.splat(0);
    let place = i32x4.splat(-1);
    let tap = 0;
    for (let y = firstY; y < lastY; y++) {
      let from = x + at + <usize>(y - firstY) * down;
      for (let column = firstX; column < lastX; column++) {
        const value = read(from, n);
        // the first tap is larger than nothing
        const larger = v128.or(f32x4.gt(value, largest), i32x4.splat(tap == 0 ? -1 : 0));
        largest = v128.bitselect(value, largest, larger);
        place = v128.bitselect(i32x4.splat(tap), place, larger);
        from += step;
        tap++;
      }
    }
    const gradient = read(dy + ((<usize>channel) << 2), n);
    tap = 0;
    for (let y = firstY; y < lastY; y++) {
      let to = dx + at + <usize>(y - firstY) * down;
      for (let column = firstX; column < lastX; column++) {
        const part = v128.and(gradient, i32x4.eq(place, i32x4.splat(tap)));
        write(to, f32x4.add(read(to, n), part), n);
        to += step;
        tap++;
      }
    }
    channel += n;
  }
}
