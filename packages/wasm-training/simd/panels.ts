/** Panels: parts of matrices, packed in the order in which products read them. */

/** Rows of A, and columns of B, that one panel holds: 4 × 8 sums stay in registers. */
export const ROWS: i32 = 4;
export const COLUMNS: i32 = 8;
/** Copies four neighbouring lines' numbers, four for each of `depth` places, to places `rowBytes` apart. */
export function copyNeighbours(
  from: usize,
  stepBytes: usize,
  depth: i32,
  to: usize,
  rowBytes: usize,
): void {
  for (let at = 0; at < depth; at++) {
    v128.store(to, v128.load(from));
    from += stepBytes;
    to += rowBytes;
  }
}

/** Copies numbers of four lines, `lineBytes` apart, one for each of `depth` neighbouring places. */
function transposeLines(
  from: usize,
  lineBytes: usize,
  depth: i32,
  to: usize,
  rowBytes: usize,
): void {
  let at = 0;
  for (; at + 4 <= depth; at += 4) {
    const a = v128.load(from);
    const b = v128.load(from + lineBytes);
    const c = v128.load(from + 2 * lineBytes);
    const d = v128.load(from + 3 * lineBytes);
    const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    const ba = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const dc = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5));
    v128.store(to + rowBytes, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
    v128.store(to + 2 * rowBytes, v128.shuffle<f32>(ba, dc, 0, 1, 4, 5));
    v128.store(to + 3 * rowBytes, v128.shuffle<f32>(ba, dc, 2, 3, 6, 7));
    from += 16;
    to += 4 * rowBytes;
  }
  copyLines(from, lineBytes, 4, 4, depth - at, to, rowBytes);
}

/** Copies `lines` of four lines, number by number, and zeros for the rest. */
function copyLines(
  from: usize,
  lineBytes: usize,
  stepBytes: usize,
  lines: i32,
  depth: i32,
  to: usize,
  rowBytes: usize,
): void {
  for (let line = 0; line < 4; line++) {
    let read = from + <usize>line * lineBytes;
    let write = to + ((<usize>line) << 2);
    for (let at = 0; at < depth; at++) {
      store<f32>(write, line < lines ? load<f32>(read) : 0);
      read += stepBytes;
      write += rowBytes;
    }
  }
}

/**
 * Packs `count` lines of `depth` numbers into panels of `width` lines, number by number: [count / width, depth, width];
 * the last panel is filled up with zeros. A line's numbers lie `step` apart, lines `stride`, both in numbers.
 */
export function packPanels(
  source: usize,
  stride: i32,
  step: i32,
  count: i32,
  depth: i32,
  width: i32,
  target: usize,
): void {
  const lineBytes = (<usize>stride) << 2;
  const stepBytes = (<usize>step) << 2;
  const rowBytes = (<usize>width) << 2;
  for (let first = 0; first < count; first += width) {
    for (let four = 0; four < width; four += 4) {
      const lines = min(4, count - first - four);
      const from = source + <usize>(first + four) * lineBytes;
      const to = target + ((<usize>four) << 2);
      if (lines == 4 && stride == 1) copyNeighbours(from, stepBytes, depth, to, rowBytes);
      else if (lines == 4 && step == 1) transposeLines(from, lineBytes, depth, to, rowBytes);
      else copyLines(from, lineBytes, stepBytes, lines, depth, to, rowBytes);
    }
    target += <usize>depth * rowBytes;
  }
}
