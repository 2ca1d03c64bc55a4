/** Updates of optimizers in one pass over a variable. The order of operations is that of TensorFlow.js, so results are the same. */
import { lanes, read, write } from "./vector";

/**
 * m' = β₁ m + (1 − β₁) g, v' = β₂ v + (1 − β₂) g², w' = w − η m̂ / (√v̂ + ε), m̂ = m' / (1 − β₁ᵗ), v̂ = v' / (1 − β₂ᵗ).
 *
 * @param beta1Power where β₁ᵗ stands
 * @see Kingma & Ba 2015, algorithm 1
 */
export function adam(
  count: i32,
  w: usize,
  g: usize,
  m: usize,
  v: usize,
  beta1Power: usize,
  beta2Power: usize,
  newW: usize,
  newM: usize,
  newV: usize,
  beta1: f32,
  rest1: f32,
  beta2: f32,
  rest2: f32,
  rate: f32,
  epsilon: f32,
): void {
  const b1 = f32x4.splat(beta1);
  const r1 = f32x4.splat(rest1);
  const b2 = f32x4.splat(beta2);
  const r2 = f32x4.splat(rest2);
  const c1 = f32x4.splat(<f32>1 - load<f32>(beta1Power));
  const c2 = f32x4.splat(<f32>1 - load<f32>(beta2Power));
  const minusRate = f32x4.splat(-rate);
  const small = f32x4.splat(epsilon);
  for (let at = 0; at < count;) {
    const n = lanes(count - at);
    const i = (<usize>at) << 2;
    const gradient = read(g + i, n);
    const first = f32x4.add(f32x4.mul(read(m + i, n), b1), f32x4.mul(gradient, r1));
    const square = f32x4.mul(gradient, gradient);
    const second = f32x4.add(f32x4.mul(read(v + i, n), b2), f32x4.mul(square, r2));
    const root = f32x4.add(f32x4.sqrt(f32x4.div(second, c2)), small);
    const step = f32x4.mul(f32x4.div(f32x4.div(first, c1), root), minusRate);
    write(newM + i, first, n);
    write(newV + i, second, n);
    write(newW + i, f32x4.add(step, read(w + i, n)), n);
    at += n;
  }
}

/**
 * a' = μ a + g, w' = w − η a', or w − η (g + μ a') with Nesterov's momentum.
 *
 * @param mu where μ stands
 * @param minusRate where −η stands
 * @see Sutskever et al. 2013
 */
export function momentum(
  count: i32,
  w: usize,
  g: usize,
  a: usize,
  newW: usize,
  newA: usize,
  mu: usize,
  minusRate: usize,
  nesterov: bool,
): void {
  const share = v128.load_splat<f32>(mu);
  const step = v128.load_splat<f32>(minusRate);
  for (let at = 0; at < count;) {
    const n = lanes(count - at);
    const i = (<usize>at) << 2;
    const gradient = read(g + i, n);
    const sum = f32x4.add(f32x4.mul(share, read(a + i, n)), gradient);
    const direction = nesterov ? f32x4.add(gradient, f32x4.mul(sum, share)) : sum;
    write(newA + i, sum, n);
    write(newW + i, f32x4.add(f32x4.mul(step, direction), read(w + i, n)), n);
    at += n;
  }
}

/**
 * s' = ρ s + (1 − ρ) g², a' = μ a + η g / √(s' + ε), w' = w − a'. With `mean` ≠ 0 centred: c' = ρ c + (1 − ρ) g, and
 * the root is that of s' − (c'² + ε).
 *
 * @see Tieleman & Hinton 2012, lecture 6.5
 */
export function rmsProp(
  count: i32,
  w: usize,
  g: usize,
  s: usize,
  a: usize,
  mean: usize,
  newW: usize,
  newS: usize,
  newA: usize,
  newMean: usize,
  decay: f32,
  rest: f32,
  mu: f32,
  rate: f32,
  epsilon: f32,
): void {
  const keep = f32x4.splat(decay);
  const take = f32x4.splat(rest);
  const share = f32x4.splat(mu);
  const eta = f32x4.splat(rate);
  const small = f32x4.splat(epsilon);
  for (let at = 0; at < count;) {
    const n = lanes(count - at);
    const i = (<usize>at) << 2;
    const gradient = read(g + i, n);
    const square = f32x4.mul(gradient, gradient);
    const squares = f32x4.add(f32x4.mul(read(s + i, n), keep), f32x4.mul(square, take));
    let under = f32x4.add(squares, small);
    if (mean != 0) {
      const centre = f32x4.add(f32x4.mul(read(mean + i, n), keep), f32x4.mul(gradient, take));
      under = f32x4.sub(squares, f32x4.add(f32x4.mul(centre, centre), small));
      write(newMean + i, centre, n);
    }
    const step = f32x4.div(f32x4.mul(gradient, eta), f32x4.sqrt(under));
    const sum = f32x4.add(f32x4.mul(read(a + i, n), share), step);
    write(newS + i, squares, n);
    write(newA + i, sum, n);
    write(newW + i, f32x4.sub(read(w + i, n), sum), n);
    at += n;
  }
}
