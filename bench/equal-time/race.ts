import * as tf from "@tensorflow/tfjs";
import { createRandom } from "@unequal/core";
import type { Arm } from "./arms.js";
import type { RunKey, RunRecord } from "./records.js";
import { beginRun, type Ground, type Run } from "./run.js";

/** What arms compete in: a seed. */
export interface Race {
  readonly ground: Ground;
  readonly key: Omit<RunKey, "arm">;
  readonly arms: readonly Arm[];
  /** Seconds of a turn. */
  readonly slice: number;
}

function beginAll({ ground, key, arms }: Race): Run[] {
  const runs: Run[] = arms.map((arm) => {
    const replayed = (share: number): number =>
      runs.find((run) => run.arm.name === arm.replays)?.factorAt(share) ?? 1;
    return beginRun({ ...ground, key: { ...key, arm: arm.name }, arm, replayed });
  });
  return runs;
}

/** Lets the arms take turns, each round in another order, until their times are over. */
export async function race(plan: Race): Promise<RunRecord[]> {
  const { key, slice } = plan;
  const runs = beginAll(plan);
  const random = createRandom(`order of arms, seed ${key.seed}`);
  const replays = (run: Run): number => Number(run.arm.replays !== undefined);
  while (runs.some((run) => !run.over())) {
    const shuffled = Array.from(
      random.shuffle(Int32Array.from(runs.keys())),
      (at) => runs[at] as Run,
    );
    // what is replayed is there by then
    for (const run of shuffled.toSorted((a, b) => replays(a) - replays(b)))
      if (!run.over()) await run.work(slice);
  }
  const records = [];
  for (const run of runs) records.push(await run.end());
  tf.disposeVariables();
  return records;
}
