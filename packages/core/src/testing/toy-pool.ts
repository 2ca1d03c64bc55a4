import { everyId } from "../arrays/every-row.js";
import type { Pool } from "../contracts/pool.js";
import type { Progress } from "../contracts/progress.js";
import type { Signal, Signals } from "../contracts/signals.js";
import { createRandom } from "../random/create-random.js";

/** Configures {@link toyPool}. */
export interface ToyPoolOptions {
  /** B; default 16. */
  readonly size?: number;
  /** Scores, [B]; default: uneven ones, none 0, the largest about 8 × their mean. `null`: a pool without scores. */
  readonly scores?: ArrayLike<number> | null;
  /** Names of signals to add to `loss`, `upper-bound` and `gradient-norm`: `embedding` and `output-gradient` are vectors, [B · 3]. */
  readonly signals?: readonly Signal[];
  /** Ids, [B]; default: a random order of 0 … B − 1. */
  readonly ids?: Uint32Array;
  /** Default 0. */
  readonly seed?: number | string;
}

const SIGNALS: readonly Signal[] = ["loss", "upper-bound", "gradient-norm"];
const VECTORS: ReadonlySet<Signal> = new Set(["embedding", "output-gradient"]);
const WIDTH = 3;

function vectors(name: Signal, size: number, seed: number | string): Float32Array {
  const random = createRandom(seed).fork(`toy-pool ${name}`);
  return Float32Array.from({ length: size * WIDTH }, () => 2 * random.uniform() - 1);
}

/** Creates a seeded pool of B candidates, of four classes, for tests of samplers and scorers. */
export function toyPool(options: ToyPoolOptions = {}): Pool {
  const { seed = 0, signals = [] } = options;
  const size = options.ids?.length ?? options.size ?? 16;
  const random = createRandom(seed).fork("toy-pool");
  const uneven = (): Float32Array =>
    Float32Array.from({ length: size }, (_, row) =>
      row === size - 1 ? 0.6 * size : 0.2 + 2 * random.uniform() ** 2,
    );
  const ids = options.ids ?? random.shuffle(everyId(size));
  const named: Signals = Object.fromEntries(
    [...new Set([...SIGNALS, ...signals])].map((name) => [
      name,
      VECTORS.has(name) ? vectors(name, size, seed) : uneven(),
    ]),
  );
  const { scores = uneven() } = options;
  return {
    ids: ids.slice(),
    keys: new Uint32Array(size),
    weights: new Float32Array(size).fill(1),
    labels: Int32Array.from(ids, (id) => id % 4),
    signals: named,
    ...(scores !== null && { scores: Float32Array.from(scores) }),
    scoredAt: 0,
  };
}

/** Tells how far a made-up run of 100 updates is after some of them, of five rows each, 16 examples a pass. */
export function toyProgress(update: number): Progress {
  const seen = 5 * update;
  const updatesPerEpoch = 4;
  return {
    update,
    seen,
    trained: seen,
    epoch: Math.floor(update / updatesPerEpoch),
    updatesPerEpoch,
    pass: Math.floor(seen / 16),
    seconds: 0,
    done: Math.min(1, update / 100),
  };
}
