import type { Assessment } from "./assess.js";
import type { RunRecord } from "./records.js";
import { estimate, estimateRatio, geometricMean, mean, type Estimate } from "./statistics.js";

/** The runs of an arm, by seed. */
interface ArmRuns {
  readonly arm: string;
  readonly runs: readonly RunRecord[];
}

type Row = readonly (string | number)[];

const QUARTERS = ["25 %", "50 %", "75 %", "100 %"];
const TENTHS = Array.from({ length: 10 }, (_, at) => `${10 * (at + 1)} %`);

// what failed, or is no number, has no figure
const trainAt = (run: RunRecord | undefined, quarter: number): number =>
  run?.train[quarter] ?? Number.NaN;
const testAt = (run: RunRecord | undefined, tenth: number, figure: keyof Assessment): number =>
  run?.test[tenth]?.[figure] ?? Number.NaN;
const bestLoss = (run: RunRecord): number =>
  run.failed === undefined ? Math.min(...run.test.map(({ loss }) => loss)) : Number.NaN;

const text = (value: number, format: (value: number) => string): string =>
  Number.isFinite(value) ? format(value) : "–";
const scientific = (value: number): string => text(value, (each) => each.toExponential(2));
const decimal = (digits: number) => (value: number) => text(value, (each) => each.toFixed(digits));
const percent = (value: number): string => text(value, (each) => `${(100 * each).toFixed(2)} %`);
const withInterval = ({ mean: centre, low, high }: Estimate, format: (value: number) => string) =>
  Number.isFinite(low) ? `${format(centre)} (${format(low)} to ${format(high)})` : format(centre);

function print(heads: Row, rows: readonly Row[]): void {
  if (rows.length === 0) return;
  const line = (cells: Row): void => console.log(`| ${cells.join(" | ")} |`);
  line(heads);
  line(heads.map(() => "---"));
  rows.forEach(line);
  console.log("");
}

function grouped<T>(values: readonly T[], keyOf: (value: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const value of values)
    groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
  return [...groups];
}

function armsOf(records: readonly RunRecord[]): ArmRuns[] {
  const sorted = records.toSorted((a, b) => a.seed - b.seed);
  return grouped(sorted, ({ arm }) => arm).map(([arm, runs]) => ({ arm, runs }));
}

/** The uniform arm with all the time whose best test loss is the lowest in the mean. */
function bestUniform(arms: readonly ArmRuns[]): ArmRuns | undefined {
  const lossOf = ({ runs }: ArmRuns): number => mean(runs.map(bestLoss));
  return arms
    .filter((each) => /^uniform(:[\d.]+)?$/.test(each.arm) && Number.isFinite(lossOf(each)))
    .toSorted((a, b) => lossOf(a) - lossOf(b))[0];
}

/** Pairs the runs of two arms that have a seed in common. */
function paired(ours: ArmRuns, theirs: ArmRuns): (readonly [RunRecord, RunRecord])[] {
  return ours.runs.flatMap((run) => {
    const other = theirs.runs.find(({ seed }) => seed === run.seed);
    return other === undefined ? [] : [[run, other] as const];
  });
}

function printTraining(arms: readonly ArmRuns[], best: ArmRuns | undefined): void {
  const meanAt = ({ runs }: ArmRuns, at: number): string =>
    scientific(geometricMean(runs.map((run) => trainAt(run, at))));
  const losses = arms.map((each) => [each.arm, ...QUARTERS.map((_, at) => meanAt(each, at))]);
  print(["training loss, geometric mean", ...QUARTERS], losses);
  if (best === undefined) return;
  const ratio = (ours: ArmRuns, at: number): string => {
    const ratios = paired(ours, best).map(([a, b]) => trainAt(a, at) / trainAt(b, at));
    return withInterval(estimateRatio(ratios), decimal(3));
  };
  const others = arms.filter((each) => each !== best);
  const rows = others.map((each) => [each.arm, ...QUARTERS.map((_, at) => ratio(each, at))]);
  print([`training loss over ${best.arm}'s`, ...QUARTERS], rows);
}

function printTest(arms: readonly ArmRuns[]): void {
  const errors = ({ runs }: ArmRuns, tenth: number): string =>
    runs.map((run) => percent(testAt(run, tenth, "error"))).join(", ");
  const meanOf = ({ runs }: ArmRuns, tenth: number): string =>
    percent(mean(runs.map((run) => testAt(run, tenth, "error"))));
  print(
    ["test error, each seed", "50 %", "100 %", "mean at 50 %", "mean at 100 %"],
    arms.map((each) => [
      each.arm,
      errors(each, 4),
      errors(each, 9),
      meanOf(each, 4),
      meanOf(each, 9),
    ]),
  );
  const row = ({ arm, runs }: ArmRuns): Row => [
    arm,
    decimal(4)(mean(runs.map(bestLoss))),
    decimal(4)(mean(runs.map((run) => testAt(run, 9, "loss")))),
    decimal(4)(mean(runs.map((run) => testAt(run, 9, "ece")))),
    Math.round(mean(runs.map(({ steps }) => steps))),
    Math.round(mean(runs.map(({ importanceSteps }) => importanceSteps))),
    runs.map(({ switches }) => switches.length).join(", "),
    [...new Set(runs.map(({ scoring }) => scoring.at(-1)?.mode ?? "inline"))].join(", "),
    runs.map(({ lowered }) => lowered.length).join(", "),
  ];
  const losses = ["best test loss", "final test loss", "final ECE"];
  const steps = ["steps", "by importance", "switches", "scoring at the end", "φ lowered"];
  print(["means over seeds", ...losses, ...steps], arms.map(row));
}

function printRates(arms: readonly ArmRuns[]): void {
  const rows = arms
    .filter(({ runs }) => runs.some(({ rates }) => rates.some((rate) => rate !== 1)))
    .map(({ arm, runs }) => [
      arm,
      ...TENTHS.map((_, tenth) =>
        decimal(2)(mean(runs.flatMap(({ rates }) => rates[tenth] ?? []))),
      ),
    ]);
  print(["mean φ until", ...TENTHS], rows);
}

function printPair(arms: readonly ArmRuns[], [first, second]: readonly [string, string]): void {
  const [ours, theirs] = [first, second].map((name) => arms.find(({ arm }) => arm === name));
  const pairs = ours && theirs ? paired(ours, theirs) : [];
  if (pairs.length < 3) {
    console.log(`${first} against ${second}: three seeds in common are needed\n`);
    return;
  }
  const points = pairs.map(([a, b]) => 100 * (testAt(a, 9, "error") - testAt(b, 9, "error")));
  const ratios = pairs.map(([a, b]) => trainAt(a, 3) / trainAt(b, 3));
  console.log(`${first} against ${second}, ${pairs.length} seeds, 95 % intervals:`);
  console.log(`- final test error: ${withInterval(estimate(points), decimal(3))} points`);
  console.log(`- final training loss: ratio ${withInterval(estimateRatio(ratios), decimal(3))}\n`);
}

function printNotes(arms: readonly ArmRuns[]): void {
  const notes = arms.flatMap(({ arm, runs }) =>
    runs.flatMap(({ seed, failed, warnings, steps }) => [
      ...(failed === undefined
        ? []
        : [`${arm}, seed ${seed}, failed after ${steps} steps: ${failed}`]),
      ...warnings.map((warning) => `${arm}: ${warning}`),
    ]),
  );
  for (const note of new Set(notes)) console.log(`- ${note}`);
  if (notes.length > 0) console.log("");
}

/** Prints the tables of each task and time, and of each a pair of arms compared. */
export function report(
  records: readonly RunRecord[],
  pair: readonly [string, string] | undefined,
): void {
  for (const [title, runs] of grouped(records, ({ task, seconds }) => `${task}, ${seconds} s`)) {
    const arms = armsOf(runs);
    const best = bestUniform(arms);
    const seeds = [...new Set(runs.map(({ seed }) => seed))].toSorted((a, b) => a - b);
    console.log(`## ${title}, seeds ${seeds.join(", ")}\n`);
    console.log(`Best uniform arm, by its best test loss: ${best?.arm ?? "none"}\n`);
    printTraining(arms, best);
    printTest(arms);
    printRates(arms);
    printNotes(arms);
    if (pair !== undefined) printPair(arms, pair);
  }
}
