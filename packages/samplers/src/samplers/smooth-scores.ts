import {
  stateless,
  UnequalError,
  type Behaviour,
  type Facts,
  type Pool,
  type Progress,
  type Sampler,
  type State,
  type Stateful,
  restored,
} from "@unequal/core";

const LEAST = 2 ** -149;
const MOST = (2 - 2 ** -23) * 2 ** 127;

/** Says how a decorator changes scores. */
export interface Smoothing {
  readonly name: string;
  /** Prepares the formula for the scores of one pool; changes nothing. */
  readonly formula: (scores: Float32Array, progress: Progress) => (score: number) => number;
  /** Learns from the scores that are drawn from. */
  readonly learn?: (scores: Float32Array) => void;
  /** What `learn` learned. */
  readonly memory?: Stateful;
}

/** Applies a formula within the range of float32: what is positive stays positive and finite. */
function smoothed(pool: Pool, { formula }: Smoothing, progress: Progress): Pool {
  if (pool.scores === undefined) return pool;
  const smooth = formula(pool.scores, progress);
  const clamp = (value: number): number =>
    value > 0 ? Math.min(MOST, Math.max(LEAST, value)) : value;
  return { ...pool, scores: pool.scores.map((score) => clamp(smooth(score))) };
}

/**
 * What a sampler is that draws by smoothed scores: all that the inner one is.
 * @throws OPTION_INVALID if that does not draw by score
 */
export function smoothedFacts(name: string, inner: Facts<"sampler">): Facts<"sampler"> {
  if (inner.scored) return inner;
  throw new UnequalError(
    "OPTION_INVALID",
    `"${name}" smooths scores, but the sampler in its option "of" does not draw by score. Put it around one that does, such as "proportional".`,
  );
}

/**
 * Wraps a sampler so that it draws by smoothed scores; all else passes through. The trainer's pool keeps the
 * raw scores, so that τ(p; s) is the figure of what is drawn, judged by what is true.
 */
export function smoothScores(inner: Sampler, smoothing: Smoothing): Behaviour<"sampler"> {
  const { name, learn, memory = stateless(name) } = smoothing;
  const { law } = inner;
  return {
    ...inner,
    ...(law && {
      law: (pool, count, progress) => law(smoothed(pool, smoothing, progress), count, progress),
    }),
    select: (pool, count, progress) => {
      const selection = inner.select(smoothed(pool, smoothing, progress), count, progress);
      if (pool.scores !== undefined) learn?.(pool.scores);
      return selection;
    },
    state: () => ({ version: 1, memory: memory.state(), of: inner.state() }),
    restore: (state) => {
      const saved = restored<{ memory: State; of: State }>(state, 1, name);
      memory.restore(saved.memory);
      inner.restore(saved.of);
    },
  };
}
