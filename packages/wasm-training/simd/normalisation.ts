/** Batch normalisation by given moments, and its gradient. */
import { fill, lanes, read, write } from "./vector";

/** Rows that are summed before their sum is added to the total. */
const BLOCK: i32 = 256;

/**
 * y = (x − μ) ρ γ + β with ρ = 1 / √(σ² + ε), over rows [rows, channels]:
 * ∂x = ∂y ρ γ, ∂μ = −ρ γ Σ∂y, ∂σ² = −½ ρ³ γ Σ∂y (x − μ), ∂γ = ρ Σ∂y (x − μ), ∂β = Σ∂y.
 *
 * @param gamma 0 where γ = 1
 */
export function batchNormGradient(
  rows: i32,
  channels: i32,
  x: usize,
  dy: usize,
  mean: usize,
  variance: usize,
  gamma: usize,
  epsilon: f32,
  dx: usize,
  dMean: usize,
  dVariance: usize,
  dGamma: usize,
  dBeta: usize,
): void {
  fill(dGamma, 0, channels);
  fill(dBeta, 0, channels);
  const stride = (<usize>channels) << 2;
  for (let first = 0; first < rows; first += BLOCK) {
    const count = min(BLOCK, rows - first);
    for (let channel = 0; channel < channels;) {
      const n = lanes(channels - channel);
      const at = (<usize>channel) << 2;
      const centre = read(mean + at, n);
      const scale = factor(variance + at, gamma == 0 ? 0 : gamma + at, epsilon, n);
      let offset = <usize>first * stride + at;
      let sum = f32x4.splat(0);
      let product = f32x4.splat(0);
      for (let row = 0; row < count; row++) {
        const gradient = read(dy + offset, n);
        sum = f32x4.add(sum, gradient);
        product = f32x4.add(product, f32x4.mul(gradient, f32x4.sub(read(x + offset, n), centre)));
        write(dx + offset, f32x4.mul(gradient, scale), n);
        offset += stride;
      }
      write(dBeta + at, f32x4.add(read(dBeta + at, n), sum), n);
      write(dGamma + at, f32x4.add(read(dGamma + at, n), product), n);
      channel += n;
    }
  }
  for (let channel = 0; channel < channels;) {
    const n = lanes(channels - channel);
    const at = (<usize>channel) << 2;
    const inverse = factor(variance + at, 0, epsilon, n);
    const scale = factor(variance + at, gamma == 0 ? 0 : gamma + at, epsilon, n);
    const product = read(dGamma + at, n);
    const cube = f32x4.mul(f32x4.mul(scale, f32x4.mul(inverse, inverse)), f32x4.splat(-0.5));
    write(dMean + at, f32x4.neg(f32x4.mul(scale, read(dBeta + at, n))), n);
    write(dVariance + at, f32x4.mul(cube, product), n);
    write(dGamma + at, f32x4.mul(inverse, product), n);
    channel += n;
  }
}

/** y = (x − μ) ρ γ + β with ρ = 1 / √(σ² + ε), over rows [rows, channels]; γ = 1 and β = 0 where they are 0. */
export function batchNorm(
  rows: i32,
  channels: i32,
  x: usize,
  mean: usize,
  variance: usize,
  gamma: usize,
  beta: usize,
  epsilon: f32,
  y: usize,
): void {
  const stride = (<usize>channels) << 2;
  for (let first = 0; first < rows; first += BLOCK) {
    const count = min(BLOCK, rows - first);
    for (let channel = 0; channel < channels;) {
      const n = lanes(channels - channel);
      const at = (<usize>channel) << 2;
      const scale = factor(variance + at, gamma == 0 ? 0 : gamma + at, epsilon, n);
      const centre = read(mean + at, n);
      const offset = beta == 0 ? f32x4.splat(0) : read(beta + at, n);
      let place = <usize>first * stride + at;
      for (let row = 0; row < count; row++) {
        const centred = f32x4.sub(read(x + place, n), centre);
        write(y + place, f32x4.add(f32x4.mul(centred, scale), offset), n);
        place += stride;
      }
      channel += n;
    }
  }
}

/** ρ γ */
function factor(variance: usize, gamma: usize, epsilon: f32, count: i32): v128 {
  const root = f32x4.sqrt(f32x4.add(read(variance, count), f32x4.splat(epsilon)));
  return f32x4.div(gamma == 0 ? f32x4.splat(1) : read(gamma, count), root);
}
