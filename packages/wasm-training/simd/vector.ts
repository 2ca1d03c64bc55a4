/** Four numbers at a time, one at a time where fewer are left, and the functions that the gates of recurrent layers need. */

/** How many numbers to work on next, where `left` remain. */
export function lanes(left: i32): i32 {
  return left >= 4 ? 4 : 1;
}

export function read(at: usize, count: i32): v128 {
  return count == 4 ? v128.load(at) : v128.load32_zero(at);
}

export function write(at: usize, value: v128, count: i32): void {
  if (count == 4) v128.store(at, value);
  else v128.store32_lane(at, value, 0);
}

/** target[i] += source[i] */
export function addTo(target: usize, source: usize, count: i32): void {
  for (let at = 0; at < count;) {
    const n = lanes(count - at);
    write(target, f32x4.add(read(target, n), read(source, n)), n);
    at += n;
    target += (<usize>n) << 2;
    source += (<usize>n) << 2;
  }
}

/** target[i] = value */
export function fill(target: usize, value: f32, count: i32): void {
  const values = f32x4.splat(value);
  for (let at = 0; at < count;) {
    const n = lanes(count - at);
    write(target, values, n);
    at += n;
    target += (<usize>n) << 2;
  }
}

/**
 * e^x to one unit in the last place: x = n ln 2 + r, |r| ≤ ln 2 / 2, e^r by a polynomial.
 *
 * @see Moshier, Cephes Mathematical Library, expf
 */
function exp(x: v128): v128 {
  // NaN stays NaN: pmin and pmax keep their first operand where the comparison fails
  x = f32x4.pmax(f32x4.pmin(x, f32x4.splat(88.02)), f32x4.splat(-87.33));
  // adding 1.5 · 2²³ rounds to a whole number, which the lowest bits then hold
  const magic = f32x4.splat(12582912);
  const rounded = f32x4.add(f32x4.mul(x, f32x4.splat(1.44269504088896341)), magic);
  const n = f32x4.sub(rounded, magic);
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.add(r, f32x4.mul(n, f32x4.splat(2.1219444e-4)));
  let p = f32x4.splat(1.98756915e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.0000001201e-1));
  p = f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), f32x4.splat(1));
  // 2ⁿ by adding n to the exponent's bits
  return i32x4.add(p, i32x4.shl(rounded, 23));
}

function sigmoid(x: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, exp(f32x4.neg(x))));
}

/**
 * tanh x = 2 σ(2x) − 1, and near zero, where that cancels, an odd polynomial.
 *
 * @see Moshier, Cephes Mathematical Library, tanhf
 */
function tanh(x: v128): v128 {
  const z = f32x4.mul(x, x);
  let p = f32x4.splat(-5.70498872745e-3);
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(2.06390887954e-2));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-5.37397155531e-2));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(1.33314422036e-1));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-3.33332819422e-1));
  const near = f32x4.add(x, f32x4.mul(f32x4.mul(x, z), p));
  const far = f32x4.sub(f32x4.mul(f32x4.splat(2), sigmoid(f32x4.add(x, x))), f32x4.splat(1));
  return v128.bitselect(near, far, f32x4.lt(f32x4.abs(x), f32x4.splat(0.625)));
}

/** Activations by number, as `ACTIVATIONS` in TypeScript lists them. */
export const LINEAR: i32 = 0;
export const RELU: i32 = 1;
export const SIGMOID: i32 = 2;
export const TANH: i32 = 3;
export const HARD_SIGMOID: i32 = 4;

export function activate(x: v128, activation: i32): v128 {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  if (activation == SIGMOID) return sigmoid(x);
  if (activation == TANH) return tanh(x);
  if (activation == HARD_SIGMOID) {
    const line = f32x4.add(f32x4.mul(x, f32x4.splat(0.2)), f32x4.splat(0.5));
    return f32x4.pmax(f32x4.pmin(line, one), zero);
  }
  return activation == RELU ? f32x4.pmax(x, zero) : x;
}

/** The activation's derivative, by its value y. */
export function slope(y: v128, activation: i32): v128 {
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  if (activation == SIGMOID) return f32x4.mul(y, f32x4.sub(one, y));
  if (activation == TANH) return f32x4.sub(one, f32x4.mul(y, y));
  if (activation == HARD_SIGMOID) {
    const inside = v128.and(f32x4.gt(y, zero), f32x4.lt(y, one));
    return v128.and(inside, f32x4.splat(0.2));
  }
  return activation == RELU ? v128.and(f32x4.gt(y, zero), one) : one;
}
