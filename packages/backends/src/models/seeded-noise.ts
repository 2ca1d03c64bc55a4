import type * as tf from "@tensorflow/tfjs";
import { createRandom, type Random } from "@unequal/core";

/** What this file relies on of tfjs layers beyond their public types. */
interface NoiseInternals {
  seed?: number | undefined;
  readonly layer?: NoiseInternals;
  readonly forwardLayer?: NoiseInternals;
  readonly backwardLayer?: NoiseInternals;
  readonly cell?: NoiseInternals;
}

function withInner(layer: NoiseInternals): NoiseInternals[] {
  const inner = [layer.layer, layer.forwardLayer, layer.backwardLayer, layer.cell];
  return [layer, ...inner.flatMap((each) => (each === undefined ? [] : withInner(each)))];
}

/**
 * Runs a synchronous pass whose dropout masks and noise are a function of `seed` alone.
 *
 * All randomness of tfjs that has no seed of its own (tf.dropout, randomNormal, recurrent dropout, the
 * noise layers) is seeded through Math.random, and offers no other way in; a layer with a seed of its own
 * repeats one mask at every call. So for the length of the pass Math.random is a seeded generator and the
 * layers' own seeds are set aside; both are put back whatever happens.
 */
export function withSeededNoise<T>(
  seed: number,
  layers: readonly tf.layers.Layer[],
  run: () => T,
): T {
  const seeded = layers
    .flatMap((layer) => withInner(layer as unknown as NoiseInternals))
    .filter((layer) => layer.seed !== undefined)
    .map((layer) => ({ layer, seed: layer.seed }));
  const globalRandom = Math.random;
  for (const { layer } of seeded) layer.seed = undefined;
  let random: Random | undefined;
  // most models have no noise, and a generator takes its time to be made
  Math.random = () => (random ??= createRandom(seed)).uniform();
  try {
    return run();
  } finally {
    Math.random = globalRandom;
    for (const { layer, seed: own } of seeded) layer.seed = own;
  }
}
