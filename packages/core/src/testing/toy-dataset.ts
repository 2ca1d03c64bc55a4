import type { HostArray } from "../contracts/arrays.js";
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

type Settings = Required<Omit<ToyDatasetOptions, "weights">>;

interface Example {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly label: number;
}

const DEFAULTS: Settings = {
  size: 64,
  features: 3,
  outputs: 2,
  task: "classes",
  jitter: 0,
  seed: 0,
};

function targetOf(
  x: Float32Array,
  options: Settings,
  draw: { readonly label: number; readonly random: Random },
): Float32Array {
  return Float32Array.from({ length: options.outputs }, (_, out) => {
    if (options.task === "classes") return out === draw.label ? 1 : 0;
    const slope = x.reduce((sum, value, at) => sum + value * Math.cos(1 + at + 2 * out), 0);
    return slope + 0.5 * gaussian(draw.random);
  });
}

function makeExample(settings: Settings, id: number, random: Random): Example {
  const label = id % settings.outputs;
  const scale = id % 8 === 7 ? 3 : 1;
  const x = Float32Array.from(
    { length: settings.features },
    (_, at) => scale * gaussian(random) + (at === label ? 1 : 0),
  );
  return { x, y: targetOf(x, settings, { label, random }), label };
}

/** Lays arrays of one length out as the rows of one column. */
function columnOf(rows: readonly Float32Array[], width: number): HostArray {
  const data = new Float32Array(rows.length * width);
  rows.forEach((row, at) => data.set(row, at * width));
  return { data, shape: [rows.length, width], dtype: "float32" };
}

/**
 * Creates a small seeded dataset that suits {@link toyLearner}: inputs [N, features], targets [N, outputs].
 *
 * Classes are overlapping Gaussian clouds, balanced by `id mod outputs`; a few examples are far from the
 * rest, so that scores differ much and importance sampling has something to find.
 */
export function toyDataset(options: ToyDatasetOptions = {}): Dataset {
  const { weights, ...given } = options;
  const settings: Settings = { ...DEFAULTS, ...given };
  const { size, features, outputs, jitter, task } = settings;
  const root = createRandom(settings.seed).fork("toy-dataset");
  const examples = Array.from({ length: size }, (_, id) =>
    makeExample(settings, id, root.fork(String(id))),
  );
  const exampleOf = (id: number): Example => examples[id] as Example;
  const inputsOf = (id: number, key = 0): Float32Array => {
    const { x } = exampleOf(id);
    if (jitter === 0 || key === 0) return x;
    const random = root.fork(`${id}/${key}`);
    return x.map((value) => value + jitter * gaussian(random));
  };
  const labels = Int32Array.from(examples, ({ label }) => label);
  return {
    name: "toy",
    size,
    fixed: jitter === 0,
    take: (ids, keys) => {
      const x = Array.from(ids, (id, row) => inputsOf(id, keys[row]));
      const y = Array.from(ids, (id) => exampleOf(id).y);
      return {
        size: ids.length,
        inputs: [columnOf(x, features)],
        targets: [columnOf(y, outputs)],
        ...(weights && { weights: Float32Array.from(ids, (id) => weights[id] as number) }),
      };
    },
    ...(task === "classes" && { labels: () => labels.slice() }),
  };
}
