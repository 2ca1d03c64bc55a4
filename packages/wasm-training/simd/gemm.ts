/**
 * Matrix products by blocks that fit the caches and panels that fit the registers.
 *
 * @see Goto & van de Geijn 2008, Anatomy of High-Performance Matrix Multiplication
 */

import { COLUMNS, packPanels, ROWS } from "./panels";
import { fill } from "./vector";

/** Sizes of the blocks that are packed: A's [128, 256] for the second cache, B's [256, 512]. */
export const BLOCK_ROWS: i32 = 128;
export const BLOCK_DEPTH: i32 = 256;
export const BLOCK_COLUMNS: i32 = 512;

/** Bytes of scratch that products need to pack their operands. */
export function gemmScratch(): i32 {
  return 4 * (BLOCK_DEPTH * (BLOCK_ROWS + BLOCK_COLUMNS) + ROWS * COLUMNS);
}

/** Where in the scratch the blocks of A and B are packed, and a tile of C that is cut off by its edge. */
export function blockA(scratch: usize): usize {
  return scratch;
}

export function blockB(scratch: usize): usize {
  return scratch + <usize>((BLOCK_ROWS * BLOCK_DEPTH) << 2);
}

export function edgeTile(scratch: usize): usize {
  return blockB(scratch) + <usize>((BLOCK_COLUMNS * BLOCK_DEPTH) << 2);
}

/** Adds a panel of A [depth, 4] times a panel of B [depth, 8] to a tile of C [4, 8], whose rows lie `stride` bytes apart. */
function multiplyPanels(a: usize, b: usize, depth: i32, c: usize, stride: usize, add: bool): void {
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  for (let at = 0; at < depth; at++) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const a0 = v128.load_splat<f32>(a);
    c00 = f32x4.add(c00, f32x4.mul(a0, b0));
    c01 = f32x4.add(c01, f32x4.mul(a0, b1));
    const a1 = v128.load_splat<f32>(a, 4);
    c10 = f32x4.add(c10, f32x4.mul(a1, b0));
    c11 = f32x4.add(c11, f32x4.mul(a1, b1));
    const a2 = v128.load_splat<f32>(a, 8);
    c20 = f32x4.add(c20, f32x4.mul(a2, b0));
    c21 = f32x4.add(c21, f32x4.mul(a2, b1));
    const a3 = v128.load_splat<f32>(a, 12);
    c30 = f32x4.add(c30, f32x4.mul(a3, b0));
    c31 = f32x4.add(c31, f32x4.mul(a3, b1));
    a += 16;
    b += 32;
  }
  if (add) {
    c00 = f32x4.add(c00, v128.load(c));
    c01 = f32x4.add(c01, v128.load(c, 16));
    const d = c + stride;
    c10 = f32x4.add(c10, v128.load(d));
    c11 = f32x4.add(c11, v128.load(d, 16));
    const e = d + stride;
    c20 = f32x4.add(c20, v128.load(e));
    c21 = f32x4.add(c21, v128.load(e, 16));
    const f = e + stride;
    c30 = f32x4.add(c30, v128.load(f));
    c31 = f32x4.add(c31, v128.load(f, 16));
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  c += stride;
  v128.store(c, c10);
  v128.store(c, c11, 16);
  c += stride;
  v128.store(c, c20);
  v128.store(c, c21, 16);
  c += stride;
  v128.store(c, c30);
  v128.store(c, c31, 16);
}

/** Copies, or adds, the part of a tile [4, 8] that lies within C. */
export function writeTile(
  tile: usize,
  rows: i32,
  columns: i32,
  c: usize,
  stride: usize,
  add: bool,
): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = (<usize>column) << 2;
      const value = load<f32>(tile + <usize>(row << 5) + at);
      store<f32>(c + at, add ? load<f32>(c + at) + value : value);
    }
    c += stride;
  }
}

/** Multiplies packed blocks: C [rows, columns] (+)= A [rows, depth] · B [depth, columns]. */
export function multiplyBlocks(
  a: usize,
  b: usize,
  rows: i32,
  columns: i32,
  depth: i32,
  c: usize,
  stride: i32,
  add: bool,
  tile: usize,
): void {
  const rowBytes = (<usize>stride) << 2;
  const panelA = (<usize>(depth * ROWS)) << 2;
  const panelB = (<usize>(depth * COLUMNS)) << 2;
  for (let column = 0; column < columns; column += COLUMNS) {
    let left = a;
    let target = c + ((<usize>column) << 2);
    const width = min(COLUMNS, columns - column);
    for (let row = 0; row < rows; row += ROWS) {
      const height = min(ROWS, rows - row);
      if (width == COLUMNS && height == ROWS) {
        multiplyPanels(left, b, depth, target, rowBytes, add);
      } else {
        multiplyPanels(left, b, depth, tile, 32, false);
        writeTile(tile, height, width, target, rowBytes, add);
      }
      left += panelA;
      target += rowBytes * ROWS;
    }
    b += panelB;
  }
}

/**
 * C [m, n] (+)= A [m, k] · B [k, n]. Rows and columns of A and B lie as far apart as the strides say, in numbers,
 * so that either may be read transposed; those of C `strideC` and 1.
 */
export function gemm(
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  rowsA: i32,
  columnsA: i32,
  b: usize,
  rowsB: i32,
  columnsB: i32,
  c: usize,
  strideC: i32,
  add: bool,
  scratch: usize,
): void {
  const packedA = blockA(scratch);
  const packedB = blockB(scratch);
  const tile = edgeTile(scratch);
  // an empty sum is zero
  if (k == 0 && !add)
    for (let row = 0; row < m; row++) fill(c + ((<usize>(row * strideC)) << 2), 0, n);
  for (let column = 0; column < n; column += BLOCK_COLUMNS) {
    const columns = min(BLOCK_COLUMNS, n - column);
    for (let at = 0; at < k; at += BLOCK_DEPTH) {
      const depth = min(BLOCK_DEPTH, k - at);
      const fromB = b + ((<usize>(at * rowsB + column * columnsB)) << 2);
      packPanels(fromB, columnsB, rowsB, columns, depth, COLUMNS, packedB);
      for (let row = 0; row < m; row += BLOCK_ROWS) {
        const rows = min(BLOCK_ROWS, m - row);
        const fromA = a + ((<usize>(row * rowsA + at * columnsA)) << 2);
        packPanels(fromA, rowsA, columnsA, rows, depth, ROWS, packedA);
        const target = c + ((<usize>(row * strideC + column)) << 2);
        multiplyBlocks(
          packedA,
          packedB,
          rows,
          columns,
          depth,
          target,
          strideC,
          add || at > 0,
          tile,
        );
      }
    }
  }
}

/** Bytes that a whole B [k, n] takes when packed. */
export function packedBytes(k: i32, n: i32): i32 {
  return 4 * k * COLUMNS * ((n + COLUMNS - 1) / COLUMNS);
}

/** Packs a whole B [k, n] once, for many products with it. */
export function pack(b: usize, rowsB: i32, columnsB: i32, k: i32, n: i32, packed: usize): void {
  for (let at = 0; at < k; at += BLOCK_DEPTH) {
    const depth = min(BLOCK_DEPTH, k - at);
    packPanels(b + ((<usize>(at * rowsB)) << 2), columnsB, rowsB, n, depth, COLUMNS, packed);
    packed += <usize>packedBytes(depth, n);
  }
}

/** C [m, n] (+)= A [m, k] · B [k, n], for a B that `pack` has packed. */
export function multiplyPacked(
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  rowsA: i32,
  packed: usize,
  c: usize,
  strideC: i32,
  add: bool,
  scratch: usize,
): void {
  const packedA = blockA(scratch);
  const tile = edgeTile(scratch);
  for (let row = 0; row < m; row += BLOCK_ROWS) {
    const rows = min(BLOCK_ROWS, m - row);
    const target = c + ((<usize>(row * strideC)) << 2);
    let right = packed;
    for (let at = 0; at < k; at += BLOCK_DEPTH) {
      const depth = min(BLOCK_DEPTH, k - at);
      packPanels(a + ((<usize>(row * rowsA + at)) << 2), rowsA, 1, rows, depth, ROWS, packedA);
      multiplyBlocks(packedA, right, rows, n, depth, target, strideC, add || at > 0, tile);
      right += <usize>packedBytes(depth, n);
    }
  }
}
