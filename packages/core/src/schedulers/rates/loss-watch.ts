/** Pools that are compared with those before them. */
const LATEST = 10;
const BEFORE = 40;
/** Standard errors by which the latest must be above: 4.2 was the most in 10,500 steps of runs that went well. */
const ERRORS = 5;
/** Pools without an alarm before the ceiling rises again; twice as many after each alarm that is not forgotten. */
const HOLD = 100;
/** Pools without an alarm after which one is forgotten. */
const FORGETTING = 1000;
/** Factor by which the ceiling rises then, with each pool. */
const RECOVERY = 1.01;
/** What a loss that is not finite counts as. */
const MOST = 1e12;

/** Watches the mean losses of pools, which rise where steps are too long. */
export interface LossWatch {
  /** The latest, oldest first. */
  readonly losses: readonly number[];
  /** Pools since the last alarm. */
  readonly quiet: number;
  /** Alarms, but for those forgotten. */
  readonly alarms: number;
  /** Largest φ for now. */
  readonly ceiling: number;
}

/** Has seen no pool. */
export const startOfWatch: LossWatch = { losses: [], quiet: 0, alarms: 0, ceiling: Infinity };

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Tells whether the latest losses are above those before by more than their scatter explains: as logarithms, if all have one. */
function leavesRange(losses: readonly number[]): boolean {
  if (losses.length < LATEST + BEFORE) return false;
  const compared = Math.min(...losses) > 0 ? losses.map(Math.log) : losses;
  const [before, latest] = [compared.slice(0, BEFORE), compared.slice(BEFORE)];
  const usual = mean(before);
  const variance = mean(before.map((value) => (value - usual) ** 2));
  const error = Math.sqrt(variance * (1 / LATEST + 1 / BEFORE));
  return mean(latest) > usual + ERRORS * error;
}

/**
 * Takes in the mean loss of a pool. Where the latest ten are above the forty before by five standard errors, the ceiling becomes half the present φ, but 1 at least; it rises again after a while without alarms, the later the more
 * there were.
 */
export function nextWatch(watch: LossWatch, loss: number, factor: number): LossWatch {
  const value = Number.isFinite(loss) ? Math.min(MOST, loss) : MOST;
  const losses = [...watch.losses, value].slice(-(LATEST + BEFORE));
  if (leavesRange(losses))
    return { losses: [], quiet: 0, alarms: watch.alarms + 1, ceiling: Math.max(1, factor / 2) };
  const quiet = watch.quiet + 1;
  const forgotten = quiet % FORGETTING === 0 ? 1 : 0;
  const seen = {
    losses,
    quiet,
    alarms: Math.max(0, watch.alarms - forgotten),
    ceiling: watch.ceiling,
  };
  const held = quiet < HOLD * 2 ** (seen.alarms - 1);
  return held ? seen : { ...seen, ceiling: seen.ceiling * RECOVERY };
}
