import { createRandom } from "@unequal/core";

/** The arms of the spiral: what is to be told apart. */
export const CLASSES = 3;

/** What the network sees of a point; from x and y alone a network this small would learn for long. */
export function featuresOf(x, y) {
  return [x, y, x * x, y * y, x * y, Math.sin(3 * x), Math.sin(3 * y), Math.hypot(x, y)];
}

/**
 * Makes a spiral of three arms, wound one and a quarter times, with noise: the same for the same seed on every machine.
 * Points near the middle, where the arms meet, stay hard; most of the rest is soon learnt.
 */
export function createSpirals({ size = 1500, noise = 0.13, seed = 1 } = {}) {
  const random = createRandom(seed).fork("spirals");
  return Array.from({ length: size }, (_, row) => {
    const arm = row % CLASSES;
    const radius = Math.sqrt(random.uniform());
    const angle = 2.5 * Math.PI * radius + (2 * Math.PI * arm) / CLASSES;
    const spread = () => noise * (random.uniform() + random.uniform() + random.uniform() - 1.5);
    return { x: radius * Math.cos(angle) + spread(), y: radius * Math.sin(angle) + spread(), arm };
  });
}
