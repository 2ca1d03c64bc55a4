/**
 * What a way to train is worth for equal wall-clock time, scoring included. The arms of a seed take turns in one process, a slice
 * of seconds each, on wasm with batches of 128; measures are off the clock, and nothing is on its way when a slice ends.
 * Each arm's end is a line of a file, so that runs can be spread over sessions: what the file has is not run again.
 *
 *   npm run build:quiet && node --import tsx --conditions=@unequal/source bench/equal-time.ts --task mlp --arms uniform,uniform:2,background --seconds 60 --seeds 0,1,2 --slice 4 --out results.jsonl
 *   node --import tsx --conditions=@unequal/source bench/equal-time.ts --report results.jsonl [--pair background,uniform:2]
 *   node --import tsx --conditions=@unequal/source bench/equal-time.ts --list
 *
 * FASHION_MNIST names the folder of Fashion-MNIST's four IDX files, where it is not Debian's.
 */
import { backendsPlugin } from "@unequal/backends";
import { Registry, setUpPart, type Dataset } from "@unequal/core";
import { parseArgs } from "node:util";
import { METHODS, parseArm, type Arm } from "./equal-time/arms.js";
import { race } from "./equal-time/race.js";
import { appendRecord, keyOf, readRecords, type RunRecord } from "./equal-time/records.js";
import { report } from "./equal-time/report.js";
import { TASKS } from "./equal-time/tasks.js";

const { values: asked } = parseArgs({
  options: {
    task: { type: "string", default: "mlp" },
    arms: { type: "string", default: "uniform,background,default" },
    seconds: { type: "string", default: "60" },
    seeds: { type: "string", default: "0,1,2" },
    slice: { type: "string", default: "4" },
    out: { type: "string" },
    report: { type: "string" },
    pair: { type: "string" },
    list: { type: "boolean", default: false },
  },
});

function list(): void {
  console.log(
    `tasks: ${Object.keys(TASKS).join(", ")}\n\narms, method[:factor of the rate][@share of the time]:`,
  );
  for (const [name, [, summary]] of Object.entries(METHODS)) console.log(`  ${name}: ${summary}`);
}

/** Views examples that stand equally far apart. */
function spread(dataset: Dataset, count: number): Dataset {
  const size = Math.min(count, dataset.size);
  const take: Dataset["take"] = (ids, keys) =>
    dataset.take(
      ids.map((id) => Math.floor((id * dataset.size) / size)),
      keys,
    );
  return { size, take };
}

/** The arms that a file has not yet, and those that they replay. */
function missing(arms: readonly Arm[], isKnown: (arm: Arm) => boolean): Arm[] {
  const left = arms.filter((arm) => !isKnown(arm));
  const replayed = new Set(left.map(({ replays }) => replays));
  return arms.filter((arm) => left.includes(arm) || replayed.has(arm.name));
}

function tell({ steps, importanceSteps, train, test, failed, ...key }: RunRecord): void {
  const last = test.at(-1);
  const figures = `${steps} steps, ${importanceSteps} by importance, training loss ${train.at(-1)?.toExponential(2)}, test error ${(100 * (last?.error ?? Number.NaN)).toFixed(2)} %`;
  console.error(`${keyOf(key)}: ${figures}${failed === undefined ? "" : `; failed: ${failed}`}`);
}

async function compete(out: string): Promise<void> {
  const [name, seconds, slice] = [asked.task, Number(asked.seconds), Number(asked.slice)];
  const task = TASKS[name];
  if (task === undefined)
    throw new Error(`"${name}" is no task. Take one of ${Object.keys(TASKS).join(", ")}.`);
  const arms = [...new Set(asked.arms.split(","))].map(parseArm);
  for (const { replays, name: arm } of arms)
    if (replays !== undefined && !arms.some((each) => each.name === replays))
      throw new Error(`${arm} replays ${replays}. Add ${replays} to the arms.`);
  await setUpPart("backend", "wasm", { registry: new Registry([backendsPlugin]) }).start();
  const { train, test } = await task.load();
  const ground = { task, train, test, measured: spread(train, 20_000) };
  for (const seed of asked.seeds.split(",").map(Number)) {
    const key = { task: name, seed, seconds };
    const known = new Set((await readRecords(out)).map(keyOf));
    const isKnown = (arm: Arm): boolean => known.has(keyOf({ ...key, arm: arm.name }));
    for (const arm of arms.filter(isKnown))
      console.error(`${keyOf({ ...key, arm: arm.name })}: is there already`);
    const records = await race({ ground, key, arms: missing(arms, isKnown), slice });
    for (const record of records.filter((each) => !known.has(keyOf(each)))) {
      tell(record);
      await appendRecord(out, record);
    }
  }
}

if (asked.list) list();
else if (asked.report !== undefined) {
  const [ours, theirs] = asked.pair?.split(",") ?? [];
  report(await readRecords(asked.report), ours && theirs ? [ours, theirs] : undefined);
} else if (asked.out !== undefined) await compete(asked.out);
else
  throw new Error(
    "Name the file that results are added to, with --out, or to report, with --report.",
  );
