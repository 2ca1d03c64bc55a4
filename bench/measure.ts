import { createRandom, median } from "@unequal/core";

/** One side of a comparison: called once for each pair. */
export type Arm = () => unknown;

/** A comparison of two arms, timed in one run, a call of each in turn. */
export interface Comparison {
  readonly pairs: number;
  readonly warmUps?: number;
  /** What is measured, and what it is measured against. */
  readonly ours: Arm;
  readonly theirs: Arm;
}

/** The result of a comparison; times in milliseconds. */
export interface ComparisonResult {
  readonly ours: number;
  readonly theirs: number;
  /** Median of the pairs' ratios ours / theirs, with its 95 % bootstrap interval. */
  readonly ratio: number;
  readonly interval: readonly [number, number];
  readonly pairs: number;
}

const RESAMPLES = 2000;

async function time(arm: Arm): Promise<number> {
  const started = performance.now();
  await arm();
  return performance.now() - started;
}

function bootstrap(values: readonly number[]): readonly [number, number] {
  const random = createRandom("bootstrap");
  const medians = Array.from({ length: RESAMPLES }, () =>
    median(values.map(() => values[random.integer(values.length)] ?? Number.NaN)),
  ).sort((a, b) => a - b);
  return [
    medians[Math.floor(0.025 * RESAMPLES)] ?? Number.NaN,
    medians[Math.ceil(0.975 * RESAMPLES) - 1] ?? Number.NaN,
  ];
}

/** Times two arms interleaved, in a random order within each pair, so that a slow moment of the machine hits both. */
export async function compare({
  pairs,
  warmUps = 10,
  ours,
  theirs,
}: Comparison): Promise<ComparisonResult> {
  for (let call = 0; call < warmUps; call++) {
    await ours();
    await theirs();
  }
  const random = createRandom("order of arms");
  const times: { ours: number; theirs: number }[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    if (random.uniform() < 0.5) {
      const first = await time(ours);
      times.push({ ours: first, theirs: await time(theirs) });
    } else {
      const first = await time(theirs);
      times.push({ theirs: first, ours: await time(ours) });
    }
  }
  return pairedRatio(
    times.map((each) => each.ours),
    times.map((each) => each.theirs),
  );
}

/** Compares times that were taken in the same rounds. */
export function pairedRatio(ours: readonly number[], theirs: readonly number[]): ComparisonResult {
  const ratios = ours.map((value, round) => value / (theirs[round] ?? Number.NaN));
  return {
    ours: median(ours),
    theirs: median(theirs),
    ratio: median(ratios),
    interval: bootstrap(ratios),
    pairs: ratios.length,
  };
}

/** Prints a comparison as one line. */
export function report(title: string, result: ComparisonResult): void {
  const { ours, theirs, ratio, interval, pairs } = result;
  const [low, high] = interval.map((value) => value.toFixed(3));
  console.log(
    `${title}: ratio ${ratio.toFixed(3)} (95 % interval ${low} to ${high}, ${pairs} pairs); ours ${ours.toFixed(2)} ms, theirs ${theirs.toFixed(2)} ms`,
  );
}
