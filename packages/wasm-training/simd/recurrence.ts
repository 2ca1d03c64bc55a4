/** What the recurrent layers share: their sizes, and the state that a step begins with. */
import { gemm, multiplyPacked } from "./gemm";
import { activate, addTo, lanes, read, write } from "./vector";

/** Sizes of a recurrent layer over a whole sequence, in the order in which TypeScript writes them. */
@unmanaged
export class Recurrence {
  batch: i32;
  time: i32;
  inputs: i32;
  units: i32;
  activation: i32;
  recurrentActivation: i32;
  /** Rows of an example's output: its steps, and one more for a final state that the caller asked for. */
  rows: i32;
}

/** Where an example's step begins in the outputs [batch, rows, units]. */
export function outer(g: Recurrence, base: usize, example: i32, step: i32): usize {
  return base + ((<usize>((example * g.rows + step) * g.units)) << 2);
}

/** Where it begins in what is kept inside, [time, batch, units · gates]: a step's numbers lie together. */
export function inner(g: Recurrence, base: usize, example: i32, step: i32, gates: i32): usize {
  return base + ((<usize>((step * g.batch + example) * g.units * gates)) << 2);
}

/** Where an example begins in a state [batch, units]. */
export function state(g: Recurrence, base: usize, example: i32): usize {
  return base + ((<usize>(example * g.units)) << 2);
}

/** gates[step] = x_step W for every step; W is packed. */
export function project(
  g: Recurrence,
  x: usize,
  packed: usize,
  blocks: i32,
  gates: usize,
  scratch: usize,
): void {
  const width = blocks * g.units;
  for (let step = 0; step < g.time; step++) {
    const from = x + ((<usize>(step * g.inputs)) << 2);
    const to = inner(g, gates, 0, step, blocks);
    multiplyPacked(
      g.batch,
      width,
      g.inputs,
      from,
      g.time * g.inputs,
      packed,
      to,
      width,
      false,
      scratch,
    );
  }
}

/** ∂x_step = ∂z_step Wᵀ, and unless dKernel is 0 ∂W = Σ x_stepᵀ ∂z_step; Wᵀ is packed. */
export function projectBack(
  g: Recurrence,
  x: usize,
  packed: usize,
  blocks: i32,
  dz: usize,
  dx: usize,
  dKernel: usize,
  scratch: usize,
): void {
  const width = blocks * g.units;
  const row = g.time * g.inputs;
  for (let step = 0; step < g.time; step++) {
    const at = (<usize>(step * g.inputs)) << 2;
    const from = inner(g, dz, 0, step, blocks);
    multiplyPacked(g.batch, g.inputs, width, from, width, packed, dx + at, row, false, scratch);
    if (dKernel == 0) continue;
    gemm(
      g.inputs,
      width,
      g.batch,
      x + at,
      1,
      row,
      from,
      width,
      1,
      dKernel,
      width,
      step > 0,
      scratch,
    );
  }
}

/** previous[step, example] = h_{t−1} ⊙ dropout, [units] each; h_{−1} is the initial state. */
export function enterStep(
  g: Recurrence,
  h: usize,
  initial: usize,
  dropout: usize,
  step: i32,
  previous: usize,
): void {
  for (let example = 0; example < g.batch; example++) {
    let from = step == 0 ? state(g, initial, example) : outer(g, h, example, step - 1);
    let to = inner(g, previous, example, step, 1);
    let factor = state(g, dropout, example);
    for (let unit = 0; unit < g.units;) {
      const n = lanes(g.units - unit);
      const state = read(from, n);
      write(to, dropout == 0 ? state : f32x4.mul(state, read(factor, n)), n);
      unit += n;
      from += (<usize>n) << 2;
      to += (<usize>n) << 2;
      factor += (<usize>n) << 2;
    }
  }
}

/** target [batch, units] += source ⊙ dropout */
export function leaveStep(g: Recurrence, source: usize, dropout: usize, target: usize): void {
  const count = g.batch * g.units;
  if (dropout == 0) {
    addTo(target, source, count);
    return;
  }
  for (let at = 0; at < count;) {
    const n = lanes(count - at);
    const i = (<usize>at) << 2;
    write(
      target + i,
      f32x4.add(read(target + i, n), f32x4.mul(read(source + i, n), read(dropout + i, n))),
      n,
    );
    at += n;
  }
}

/** Whether the example's step counts: 1 or 0; without a mask every one does. */
export function counts(g: Recurrence, mask: usize, example: i32, step: i32): f32 {
  return mask == 0 ? 1 : load<f32>(mask + ((<usize>(example * g.time + step)) << 2));
}

/** Adds the bias to the pre-activation `at` bytes on, and leaves the gate's value in its place. */
export function gate(z: usize, bias: usize, at: usize, activation: i32, count: i32): v128 {
  let sum = read(z + at, count);
  if (bias != 0) sum = f32x4.add(sum, read(bias + at, count));
  const value = activate(sum, activation);
  write(z + at, value, count);
  return value;
}
