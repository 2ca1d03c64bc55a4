/** Work on matrices by their rows: sums, copies, repetitions. */
import { fill, lanes, read, write } from "./vector";

/** Rows that are summed before their sum is added to the total: sums of sums lose less. */
const BLOCK: i32 = 256;

/** Adds Σ_i source[i, 0..16) to target[0..16), for rows `stride` bytes apart. */
function addSixteen(source: usize, rows: i32, stride: usize, target: usize): void {
  let a = f32x4.splat(0);
  let b = a;
  let c = a;
  let d = a;
  for (let row = 0; row < rows; row++) {
    a = f32x4.add(a, v128.load(source));
    b = f32x4.add(b, v128.load(source, 16));
    c = f32x4.add(c, v128.load(source, 32));
    d = f32x4.add(d, v128.load(source, 48));
    source += stride;
  }
  v128.store(target, f32x4.add(a, v128.load(target)));
  v128.store(target, f32x4.add(b, v128.load(target, 16)), 16);
  v128.store(target, f32x4.add(c, v128.load(target, 32)), 32);
  v128.store(target, f32x4.add(d, v128.load(target, 48)), 48);
}

/** target[j] = Σ_i source[i, j] */
export function sumRows(source: usize, rows: i32, columns: i32, target: usize): void {
  const stride = (<usize>columns) << 2;
  fill(target, 0, columns);
  for (let first = 0; first < rows; first += BLOCK) {
    const count = min(BLOCK, rows - first);
    const from = source + <usize>first * stride;
    let column = 0;
    for (; column + 16 <= columns; column += 16) {
      const at = (<usize>column) << 2;
      addSixteen(from + at, count, stride, target + at);
    }
    while (column < columns) {
      const n = lanes(columns - column);
      const at = (<usize>column) << 2;
      let sum = f32x4.splat(0);
      for (let row = 0; row < count; row++)
        sum = f32x4.add(sum, read(from + <usize>row * stride + at, n));
      write(target + at, f32x4.add(sum, read(target + at, n)), n);
      column += n;
    }
  }
}

/** target[o, j] = Σ_i source[o, i, j] */
export function sumMiddle(source: usize, outer: i32, rows: i32, columns: i32, target: usize): void {
  for (let at = 0; at < outer; at++) {
    sumRows(source, rows, columns, target);
    source += (<usize>(rows * columns)) << 2;
    target += (<usize>columns) << 2;
  }
}

/** target[o, i] = source[o, ids[i]], rows of `width` numbers; returns the first place of an id that is no row, or −1. */
export function gatherRows(
  source: usize,
  ids: usize,
  outer: i32,
  rows: i32,
  width: i32,
  count: i32,
  target: usize,
): i32 {
  const bytes = (<usize>width) << 2;
  for (let at = 0; at < outer; at++) {
    for (let i = 0; i < count; i++) {
      const id = load<i32>(ids + ((<usize>i) << 2));
      if (id < 0 || id >= rows) return i;
      memory.copy(target, source + <usize>id * bytes, bytes);
      target += bytes;
    }
    source += <usize>rows * bytes;
  }
  return -1;
}

/** target[o, r] = source[o] for each of `times` r, rows of `width` numbers. */
export function repeatRows(source: usize, outer: i32, width: i32, times: i32, target: usize): void {
  const bytes = (<usize>width) << 2;
  const all = bytes * <usize>times;
  for (let at = 0; at < outer; at++) {
    memory.copy(target, source, bytes);
    // what is there is doubled until all is there
    for (let done = bytes; done < all;) {
      const next = min(done, all - done);
      memory.copy(target + done, target, next);
      done += next;
    }
    source += bytes;
    target += all;
  }
}
