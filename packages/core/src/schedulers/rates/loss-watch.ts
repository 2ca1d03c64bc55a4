/** Pools that are compared with those before them. */
const LATEST = 10;
const BEFORE = 40;
/** Standard errors by which the latest must be above: 5.0 was the most in 10,500 steps of runs that went well. */
const ERRORS = 6;
/** Pools without an alarm before the ceiling rises again; twice as many after each alarm that is not forgotten. */
const HOLD = 200;
/** Pools without an alarm after which one is forgotten. */
const FORGETTING = 1000;
/** Factor by which the ceiling rises then, with each pool. */
const RECOVERY = 1.01;
/** What a loss that is not finite counts as. */
const MOST = 1e12;
/** Losses above are compared by their logarithms. */
const LEAST = 1e-9;

/** What losses of some pools in a row were. */
interface Level {
  readonly mean: number;
  readonly deviation: number;
}

/** Watches the mean losses of pools, which rise where steps are too long. */
export interface LossWatch {
  /** The latest, oldest first. */
  readonly losses: readonly number[];
  /** The lowest level since the last alarm, of so many pools in a row. */
  readonly lowest: Level | undefined;
  /** Pools since the last alarm. */
  readonly quiet: number;
  /** Alarms, but for those forgotten. */
  readonly alarms: number;
  /** Largest φ for now. */
  readonly ceiling: number;
}

/** Has seen no pool. */
export const startOfWatch: LossWatch = {
  losses: [],
  lowest: undefined,
  quiet: 0,
  alarms: 0,
  ceiling: Infinity,
};

/** Losses as they are compared: by ratios, and evenly below 0, where there are none. */
function scaled(loss: number): number {
  return loss > LEAST ? Math.log(loss / LEAST) + 1 : loss / LEAST;
}

function levelOf(losses: readonly number[]): Level {
  const values = losses.map(scaled);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / values.length) };
}

/** Tells whether the latest losses are above the lowest level by more than scatter explains. */
function isAbove(latest: Level, lowest: Level, before: Level): boolean {
  const deviation = Math.max(lowest.deviation, before.deviation);
  const error = deviation * Math.sqrt(1 / LATEST + 1 / BEFORE);
  return latest.mean > lowest.mean + ERRORS * error;
}

/**
 * Takes in the mean loss of a pool. Where the latest ten are above the lowest forty in a row, by six standard errors, the ceiling
 * becomes half the present φ, but 1 at least; it rises again after a while without alarms, the later the more there were.
 */
export function nextWatch(watch: LossWatch, loss: number, factor: number): LossWatch {
  const value = Number.isFinite(loss) ? Math.min(MOST, loss) : MOST;
  const losses = [...watch.losses, value].slice(-(LATEST + BEFORE));
  const quiet = watch.quiet + 1;
  const forgotten = quiet % FORGETTING === 0 ? 1 : 0;
  const alarms = Math.max(0, watch.alarms - forgotten);
  const held = quiet < HOLD * 2 ** (alarms - 1);
  const ceiling = held ? watch.ceiling : watch.ceiling * RECOVERY;
  const seen = { losses, lowest: watch.lowest, quiet, alarms, ceiling };
  if (losses.length < LATEST + BEFORE) return seen;
  const before = levelOf(losses.slice(0, BEFORE));
  const { lowest = before } = watch;
  if (isAbove(levelOf(losses.slice(BEFORE)), lowest, before)) {
    // steps that were no longer than the user's are not to blame: what comes is compared with what is now
    if (factor <= 1) return { ...seen, losses: [], lowest: undefined };
    return { ...startOfWatch, alarms: watch.alarms + 1, ceiling: Math.max(1, factor / 2) };
  }
  return { ...seen, lowest: before.mean < lowest.mean ? before : lowest };
}
