/**
 * Long short-term memory over a whole sequence, forwards and backwards.
 *
 * z_t = x_t W + (h_{t−1} ⊙ r) U + b, split into i, f, g, o; c_t = σ(f) c_{t−1} + σ(i) φ(g), h_t = σ(o) φ(c_t), with σ
 * the recurrent activation, φ the activation, r the recurrent dropout. Where the mask is 0, h and c stay as they were.
 *
 * @see Hochreiter & Schmidhuber 1997
 */
import { gemm, multiplyPacked, pack } from "./gemm";
import {
  counts,
  enterStep,
  gate,
  inner,
  leaveStep,
  outer,
  project,
  projectBack,
  Recurrence,
  state,
} from "./recurrence";
import { sumRows } from "./rows";
import { activate, lanes, read, slope, write } from "./vector";

/** Turns z into the gates' values, and h_{t−1}, c_{t−1} into h_t, c_t. */
function stepForward(
  g: Recurrence,
  step: i32,
  bias: usize,
  h0: usize,
  c0: usize,
  mask: usize,
  h: usize,
  c: usize,
  carry: usize,
  gates: usize,
): void {
  const block = (<usize>g.units) << 2;
  for (let example = 0; example < g.batch; example++) {
    const m = f32x4.splat(counts(g, mask, example, step));
    const rest = f32x4.sub(f32x4.splat(1), m);
    const toCarry = inner(g, carry, example, step, 1);
    const z = inner(g, gates, example, step, 4);
    const toH = outer(g, h, example, step);
    const toC = inner(g, c, example, step, 1);
    const beforeH = step == 0 ? state(g, h0, example) : toH - block;
    const beforeC = step == 0 ? state(g, c0, example) : inner(g, c, example, step - 1, 1);
    for (let unit = 0; unit < g.units;) {
      const n = lanes(g.units - unit);
      const at = (<usize>unit) << 2;
      const input = gate(z, bias, at, g.recurrentActivation, n);
      const forget = gate(z, bias, block + at, g.recurrentActivation, n);
      const value = gate(z, bias, 2 * block + at, g.activation, n);
      const output = gate(z, bias, 3 * block + at, g.recurrentActivation, n);
      const lastC = read(beforeC + at, n);
      const newC = f32x4.add(f32x4.mul(forget, lastC), f32x4.mul(input, value));
      const active = activate(newC, g.activation);
      const newH = f32x4.mul(output, active);
      write(toCarry + at, active, n);
      write(toC + at, f32x4.add(f32x4.mul(newC, m), f32x4.mul(lastC, rest)), n);
      write(toH + at, f32x4.add(f32x4.mul(newH, m), f32x4.mul(read(beforeH + at, n), rest)), n);
      unit += n;
    }
  }
}

/**
 * @param h [batch, rows, units], the last row c_T where rows = time + 1
 * @param c [time, batch, units]
 * @param carry [time, batch, units], φ(c_t)
 * @param gates [time, batch, 4 units]
 * @param previous [time, batch, units], h_{t−1} ⊙ r
 * @param packed room for W or U, packed
 */
export function lstmForward(
  g: Recurrence,
  x: usize,
  kernel: usize,
  recurrent: usize,
  bias: usize,
  h0: usize,
  c0: usize,
  mask: usize,
  dropout: usize,
  h: usize,
  c: usize,
  carry: usize,
  gates: usize,
  previous: usize,
  packed: usize,
  scratch: usize,
): void {
  const u = g.units;
  pack(kernel, 4 * u, 1, g.inputs, 4 * u, packed);
  project(g, x, packed, 4, gates, scratch);
  pack(recurrent, 4 * u, 1, u, 4 * u, packed);
  for (let step = 0; step < g.time; step++) {
    enterStep(g, h, h0, dropout, step, previous);
    const from = inner(g, previous, 0, step, 1);
    const z = inner(g, gates, 0, step, 4);
    multiplyPacked(g.batch, 4 * u, u, from, u, packed, z, 4 * u, true, scratch);
    stepForward(g, step, bias, h0, c0, mask, h, c, carry, gates);
  }
  if (g.rows > g.time) {
    for (let example = 0; example < g.batch; example++) {
      memory.copy(
        outer(g, h, example, g.time),
        inner(g, c, example, g.time - 1, 1),
        (<usize>u) << 2,
      );
    }
  }
}

/** Turns ∂h_t, ∂c_t into ∂z_t and the shares of ∂h_{t−1}, ∂c_{t−1} that do not go through U. */
function stepBackward(
  g: Recurrence,
  step: i32,
  c0: usize,
  mask: usize,
  c: usize,
  carry: usize,
  gates: usize,
  dy: usize,
  dz: usize,
  dh: usize,
  dc: usize,
): void {
  const block = (<usize>g.units) << 2;
  const one = f32x4.splat(1);
  for (let example = 0; example < g.batch; example++) {
    const m = f32x4.splat(counts(g, mask, example, step));
    const rest = f32x4.sub(one, m);
    const z = inner(g, gates, example, step, 4);
    const toZ = inner(g, dz, example, step, 4);
    const fromCarry = inner(g, carry, example, step, 1);
    const beforeC = step == 0 ? state(g, c0, example) : inner(g, c, example, step - 1, 1);
    const fromY = outer(g, dy, example, step);
    const atH = state(g, dh, example);
    const atC = state(g, dc, example);
    for (let unit = 0; unit < g.units;) {
      const n = lanes(g.units - unit);
      const at = (<usize>unit) << 2;
      const input = read(z + at, n);
      const forget = read(z + block + at, n);
      const value = read(z + 2 * block + at, n);
      const output = read(z + 3 * block + at, n);
      const active = read(fromCarry + at, n);
      const allH = f32x4.add(read(atH + at, n), read(fromY + at, n));
      const allC = read(atC + at, n);
      const outH = f32x4.mul(allH, m);
      const through = f32x4.mul(f32x4.mul(outH, output), slope(active, g.activation));
      const inC = f32x4.add(f32x4.mul(allC, m), through);
      write(toZ + at, f32x4.mul(f32x4.mul(inC, value), slope(input, g.recurrentActivation)), n);
      write(
        toZ + block + at,
        f32x4.mul(f32x4.mul(inC, read(beforeC + at, n)), slope(forget, g.recurrentActivation)),
        n,
      );
      write(toZ + 2 * block + at, f32x4.mul(f32x4.mul(inC, input), slope(value, g.activation)), n);
      write(
        toZ + 3 * block + at,
        f32x4.mul(f32x4.mul(outH, active), slope(output, g.recurrentActivation)),
        n,
      );
      write(atC + at, f32x4.add(f32x4.mul(allC, rest), f32x4.mul(inC, forget)), n);
      write(atH + at, f32x4.mul(allH, rest), n);
      unit += n;
    }
  }
}

/**
 * @param dy [batch, rows, units]
 * @param dKernel, dRecurrent, dBias 0 where they are not wanted: all or none
 * @param dz room for [time, batch, 4 units]
 * @param through room for [batch, units]
 * @param packed room for Uᵀ or Wᵀ, packed
 */
export function lstmBackward(
  g: Recurrence,
  x: usize,
  kernel: usize,
  recurrent: usize,
  c0: usize,
  mask: usize,
  dropout: usize,
  c: usize,
  carry: usize,
  gates: usize,
  previous: usize,
  dy: usize,
  dx: usize,
  dKernel: usize,
  dRecurrent: usize,
  dBias: usize,
  dh0: usize,
  dc0: usize,
  dz: usize,
  through: usize,
  packed: usize,
  scratch: usize,
): void {
  const u = g.units;
  const rows = g.batch * g.time;
  memory.fill(dh0, 0, (<usize>(g.batch * u)) << 2);
  memory.fill(dc0, 0, (<usize>(g.batch * u)) << 2);
  if (g.rows > g.time) {
    for (let example = 0; example < g.batch; example++) {
      memory.copy(state(g, dc0, example), outer(g, dy, example, g.time), (<usize>u) << 2);
    }
  }
  pack(recurrent, 1, 4 * u, 4 * u, u, packed);
  for (let step = g.time - 1; step >= 0; step--) {
    stepBackward(g, step, c0, mask, c, carry, gates, dy, dz, dh0, dc0);
    const from = inner(g, dz, 0, step, 4);
    multiplyPacked(g.batch, u, 4 * u, from, 4 * u, packed, through, u, false, scratch);
    leaveStep(g, through, dropout, dh0);
  }
  pack(kernel, 1, 4 * u, 4 * u, g.inputs, packed);
  projectBack(g, x, packed, 4, dz, dx, dKernel, scratch);
  if (dKernel == 0) return;
  gemm(u, 4 * u, rows, previous, 1, u, dz, 4 * u, 1, dRecurrent, 4 * u, false, scratch);
  sumRows(dz, rows, 4 * u, dBias);
}
