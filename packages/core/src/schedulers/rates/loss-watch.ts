/** Pools whose mean losses make up the range. */
const RANGE = 50;
/** Pools in a row above all of the range that are no chance: 1 in 23,426 where losses come from one distribution. */
const RUN = 3;
/** Pools without an alarm before the ceiling rises again; twice as many after each alarm that is not forgotten. */
const HOLD = 100;
/** Pools without an alarm after which all are forgotten. */
const FORGETTING = 2000;
/** Factor by which the ceiling rises then. */
const RECOVERY = 1.01;

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

/** Tells whether the latest pools all have a larger mean loss than each of those before; a loss that is no number is the largest. */
function leavesRange({ losses, quiet }: LossWatch): boolean {
  if (losses.length < 2 * RUN || quiet < RUN) return false;
  const [range, latest] = [losses.slice(0, -RUN), losses.slice(-RUN)];
  return Math.min(...latest) > Math.max(...range) || latest.includes(Infinity);
}

/**
 * Takes in the mean loss of a pool. Where the latest three are above each of the fifty before, the ceiling becomes half the
 * present φ, but 1 at least; it rises again after a while without alarms, the later the more there were.
 */
export function nextWatch(watch: LossWatch, loss: number, factor: number): LossWatch {
  const value = Number.isFinite(loss) ? loss : Infinity;
  const losses = [...watch.losses, value].slice(-(RANGE + RUN));
  const seen = { ...watch, losses, quiet: watch.quiet + 1 };
  if (leavesRange(seen))
    return { losses, quiet: 0, alarms: watch.alarms + 1, ceiling: Math.max(1, factor / 2) };
  if (seen.quiet >= FORGETTING) return { ...seen, alarms: 0, ceiling: Infinity };
  const held = seen.quiet < HOLD * 2 ** (seen.alarms - 1);
  return held ? seen : { ...seen, ceiling: seen.ceiling * RECOVERY };
}
