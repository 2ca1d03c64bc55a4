/**
 * Gated recurrent units over a whole sequence, forwards and backwards.
 *
 * With p = h_{t−1} ⊙ r (recurrent dropout): z = σ(x W_z + p U_z + b_z), q = σ(x W_q + p U_q + b_q),
 * g = φ(x W_g + (q ⊙ p) U_g + b_g), h_t = z p + (1 − z) g. Where the mask is 0, h stays as it was.
 *
 * @see Cho et al. 2014, equations 5 to 8
 */
import { gemm, multiplyPacked, pack, packedBytes } from "./gemm";
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
import { fill, lanes, read, slope, write } from "./vector";

/** Turns the pre-activations of z and q into their values, and writes q ⊙ p. */
function stepGates(
  g: Recurrence,
  step: i32,
  bias: usize,
  gates: usize,
  previous: usize,
  reset: usize,
): void {
  const block = (<usize>g.units) << 2;
  for (let example = 0; example < g.batch; example++) {
    const z = inner(g, gates, example, step, 3);
    const p = inner(g, previous, example, step, 1);
    const to = inner(g, reset, example, step, 1);
    for (let unit = 0; unit < g.units;) {
      const n = lanes(g.units - unit);
      const at = (<usize>unit) << 2;
      gate(z, bias, at, g.recurrentActivation, n);
      const q = gate(z, bias, block + at, g.recurrentActivation, n);
      write(to + at, f32x4.mul(q, read(p + at, n)), n);
      unit += n;
    }
  }
}

/** Turns the pre-activation of g into its value, and writes h_t. */
function stepForward(
  g: Recurrence,
  step: i32,
  bias: usize,
  h0: usize,
  mask: usize,
  h: usize,
  gates: usize,
  previous: usize,
): void {
  const block = (<usize>g.units) << 2;
  const one = f32x4.splat(1);
  for (let example = 0; example < g.batch; example++) {
    const m = f32x4.splat(counts(g, mask, example, step));
    const rest = f32x4.sub(one, m);
    const z = inner(g, gates, example, step, 3);
    const p = inner(g, previous, example, step, 1);
    const toH = outer(g, h, example, step);
    const before = step == 0 ? state(g, h0, example) : toH - block;
    for (let unit = 0; unit < g.units;) {
      const n = lanes(g.units - unit);
      const at = (<usize>unit) << 2;
      const value = gate(z, bias, 2 * block + at, g.activation, n);
      const keep = read(z + at, n);
      const kept = f32x4.mul(keep, read(p + at, n));
      const next = f32x4.add(kept, f32x4.mul(f32x4.sub(one, keep), value));
      write(toH + at, f32x4.add(f32x4.mul(next, m), f32x4.mul(read(before + at, n), rest)), n);
      unit += n;
    }
  }
}

/**
 * @param h [batch, time, units]
 * @param gates [time, batch, 3 units]
 * @param previous [time, batch, units], p
 * @param reset [time, batch, units], q ⊙ p
 * @param packed room for W, or [U_z U_q] and U_g, packed
 */
export function gruForward(
  g: Recurrence,
  x: usize,
  kernel: usize,
  recurrent: usize,
  bias: usize,
  h0: usize,
  mask: usize,
  dropout: usize,
  h: usize,
  gates: usize,
  previous: usize,
  reset: usize,
  packed: usize,
  scratch: usize,
): void {
  const u = g.units;
  const row = 3 * u;
  const packedG = packed + <usize>packedBytes(u, 2 * u);
  const block = (<usize>u) << 2;
  pack(kernel, 3 * u, 1, g.inputs, 3 * u, packed);
  project(g, x, packed, 3, gates, scratch);
  pack(recurrent, 3 * u, 1, u, 2 * u, packed);
  pack(recurrent + 2 * block, 3 * u, 1, u, u, packedG);
  for (let step = 0; step < g.time; step++) {
    enterStep(g, h, h0, dropout, step, previous);
    const z = inner(g, gates, 0, step, 3);
    const p = inner(g, previous, 0, step, 1);
    const q = inner(g, reset, 0, step, 1);
    multiplyPacked(g.batch, 2 * u, u, p, u, packed, z, row, true, scratch);
    stepGates(g, step, bias, gates, previous, reset);
    multiplyPacked(g.batch, u, u, q, u, packedG, z + 2 * block, row, true, scratch);
    stepForward(g, step, bias, h0, mask, h, gates, previous);
  }
}

/** Turns ∂h_t into ∂z_t's shares of g and z, and the shares of ∂p and ∂h_{t−1} that need no product. */
function stepBackward(
  g: Recurrence,
  step: i32,
  mask: usize,
  gates: usize,
  previous: usize,
  dy: usize,
  dz: usize,
  dh: usize,
  dp: usize,
): void {
  const block = (<usize>g.units) << 2;
  const one = f32x4.splat(1);
  for (let example = 0; example < g.batch; example++) {
    const m = f32x4.splat(counts(g, mask, example, step));
    const rest = f32x4.sub(one, m);
    const z = inner(g, gates, example, step, 3);
    const toZ = inner(g, dz, example, step, 3);
    const p = inner(g, previous, example, step, 1);
    const fromY = outer(g, dy, example, step);
    const atH = state(g, dh, example);
    const atP = state(g, dp, example);
    for (let unit = 0; unit < g.units;) {
      const n = lanes(g.units - unit);
      const at = (<usize>unit) << 2;
      const keep = read(z + at, n);
      const value = read(z + 2 * block + at, n);
      const all = f32x4.add(read(atH + at, n), read(fromY + at, n));
      const next = f32x4.mul(all, m);
      const ofKeep = f32x4.mul(next, f32x4.sub(read(p + at, n), value));
      const ofValue = f32x4.mul(next, f32x4.sub(one, keep));
      write(toZ + at, f32x4.mul(ofKeep, slope(keep, g.recurrentActivation)), n);
      write(toZ + 2 * block + at, f32x4.mul(ofValue, slope(value, g.activation)), n);
      write(atP + at, f32x4.mul(next, keep), n);
      write(atH + at, f32x4.mul(all, rest), n);
      unit += n;
    }
  }
}

/** Passes ∂(q ⊙ p) on to ∂z_t's share of q, and to ∂p. */
function stepReset(
  g: Recurrence,
  step: i32,
  gates: usize,
  previous: usize,
  through: usize,
  dz: usize,
  dp: usize,
): void {
  const block = (<usize>g.units) << 2;
  for (let example = 0; example < g.batch; example++) {
    const q = inner(g, gates, example, step, 3) + block;
    const toQ = inner(g, dz, example, step, 3) + block;
    const p = inner(g, previous, example, step, 1);
    const from = state(g, through, example);
    const atP = state(g, dp, example);
    for (let unit = 0; unit < g.units;) {
      const n = lanes(g.units - unit);
      const at = (<usize>unit) << 2;
      const gradient = read(from + at, n);
      const reset = read(q + at, n);
      const ofReset = f32x4.mul(gradient, read(p + at, n));
      write(toQ + at, f32x4.mul(ofReset, slope(reset, g.recurrentActivation)), n);
      write(atP + at, f32x4.add(read(atP + at, n), f32x4.mul(gradient, reset)), n);
      unit += n;
    }
  }
}

/**
 * @param dy [batch, time, units]
 * @param dKernel, dRecurrent, dBias 0 where they are not wanted: all or none
 * @param dz room for [time, batch, 3 units]
 * @param through, dp room for [batch, units] each
 * @param packed room for [U_z U_q]ᵀ and U_gᵀ, or Wᵀ, packed
 */
export function gruBackward(
  g: Recurrence,
  x: usize,
  kernel: usize,
  recurrent: usize,
  mask: usize,
  dropout: usize,
  gates: usize,
  previous: usize,
  reset: usize,
  dy: usize,
  dx: usize,
  dKernel: usize,
  dRecurrent: usize,
  dBias: usize,
  dh0: usize,
  dz: usize,
  through: usize,
  dp: usize,
  packed: usize,
  scratch: usize,
): void {
  const u = g.units;
  const rows = g.batch * g.time;
  const row = 3 * u;
  const block = (<usize>u) << 2;
  const packedG = packed + <usize>packedBytes(2 * u, u);
  fill(dh0, 0, g.batch * u);
  pack(recurrent, 1, 3 * u, 2 * u, u, packed);
  pack(recurrent + 2 * block, 1, 3 * u, u, u, packedG);
  for (let step = g.time - 1; step >= 0; step--) {
    stepBackward(g, step, mask, gates, previous, dy, dz, dh0, dp);
    const from = inner(g, dz, 0, step, 3);
    multiplyPacked(g.batch, u, u, from + 2 * block, row, packedG, through, u, false, scratch);
    stepReset(g, step, gates, previous, through, dz, dp);
    multiplyPacked(g.batch, u, 2 * u, from, row, packed, dp, u, true, scratch);
    leaveStep(g, dp, dropout, dh0);
  }
  pack(kernel, 1, 3 * u, 3 * u, g.inputs, packed);
  projectBack(g, x, packed, 3, dz, dx, dKernel, scratch);
  if (dKernel == 0) return;
  gemm(u, 2 * u, rows, previous, 1, u, dz, 3 * u, 1, dRecurrent, 3 * u, false, scratch);
  const dzG = dz + 2 * block;
  gemm(u, u, rows, reset, 1, u, dzG, 3 * u, 1, dRecurrent + 2 * block, 3 * u, false, scratch);
  sumRows(dz, rows, 3 * u, dBias);
}
