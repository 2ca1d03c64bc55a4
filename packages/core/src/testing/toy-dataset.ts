import type { Dataset } from "../contracts/dataset.js";
import type { Random } from "../contracts/random.js";
import { createRandom } from "../random/create-random.js";

/** Configures {@link toyDataset}. */
export interface ToyDatasetOptions {
  /** N, default 64. */
  readonly size?: number;
  /** Default 3. */
  readonly features?: number;
  /** Classes, or numbers to predict; default 2. */
  readonly outputs?: number;
  /** `classes`: one-hot targets and labels; `numbers`: a noisy linear function of the inputs. Default `classes`. */
  readonly task?: "classes" | "numbers";
  /** Standard deviation of what a key ≠ 0 adds to the inputs; default 0: no augmentation. */
  readonly jitter?: number;
  /** Weight of each example, [N]. */
  readonly weights?: Float32Array;
  /** Default 0. */
  readonly seed?: number;
}

function gaussian(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
}

function targetOf(
  x: Float32Array,
  options: Required<Pick<ToyDatasetOptions, "outputs" | "task">>,
  draw: { readonly label: number; readonly random: Random },
): Float32Array {
  return Float32Array.from({ length: options.outputs }, (_, out) => {
    if (options.task === "classes") return out === draw.label ? 1 : 0;
    const slope = x.reduce((sum, value, at) => sum + value * Math.cos(1 + at + 2 * out), 0);
    return slope + 0.5 * gaussian(draw.random);
  });
}

/**
 * Creates a small seeded dataset that suits {@link toyLearner}: inputs [N, features], targets [N, outputs].
 *
 * Classes are overlapping Gaussian clouds, balanced by `id mod outputs`; a few examples are far from the
 * rest, so that scores differ much and importance sampling has something to find.
 */
export function toyDataset(options: ToyDatasetOptions = {}): Dataset {
  const settings = {
    size: 64,
    features: 3,
    outputs: 2,
    task: "classes",
    jitter: 0,
    seed: 0,
    ...options,
  } as const;
  const { size, features, outputs, jitter, seed, weights } = settings;
  const root = createRandom(seed).fork("toy-dataset");
  const examples = Array.from({ length: size }, (_, id) => {
    const random = root.fork(String(id));
    const label = id % outputs;
    const scale = id % 8 === 7 ? 3 : 1;
    const x = Float32Array.from(
      { length: features },
      (_, at) => scale * gaussian(random) + (at === label ? 1 : 0),
    );
    return { x, y: targetOf(x, settings, { label, random }), label };
  });
  const inputs = (id: number, key: number): Float32Array => {
    const { x } = examples[id] as (typeof examples)[number];
    if (jitter === 0 || key === 0) return x;
    const random = root.fork(`${id}/${key}`);
    return x.map((value) => value + jitter * gaussian(random));
  };
  const labels = Int32Array.from(examples, ({ label }) => label);
  return {
    name: "toy",
    size,
    take: (ids, keys) => {
      const x = new Float32Array(ids.length * features);
      const y = new Float32Array(ids.length * outputs);
      ids.forEach((id, row) => {
        x.set(inputs(id, keys[row] as number), row * features);
        y.set((examples[id] as (typeof examples)[number]).y, row * outputs);
      });
      return {
        size: ids.length,
        inputs: [{ data: x, shape: [ids.length, features], dtype: "float32" }],
        targets: [{ data: y, shape: [ids.length, outputs], dtype: "float32" }],
        ...(weights && { weights: Float32Array.from(ids, (id) => weights[id] as number) }),
      };
    },
    ...(settings.task === "classes" && { labels: () => labels.slice() }),
  };
}
