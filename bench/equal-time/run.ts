import { createLearner } from "@unequal/backends";
import { createTrainer, reasonOf, type Dataset, type Learner, type Trainer } from "@unequal/core";
import type { Arm } from "./arms.js";
import { assess, type Assessment } from "./assess.js";
import type { RunKey, RunRecord } from "./records.js";
import { buildModel, rateAt, type Task } from "./tasks.js";

/** What the arms of a task share. */
export interface Ground {
  readonly task: Task;
  readonly train: Dataset;
  /** Training examples whose loss is evaluated. */
  readonly measured: Dataset;
  readonly test: Dataset;
}

/** An arm on a seed, under way. */
export interface Run {
  readonly arm: Arm;
  /** Whether its time is over, or it failed. */
  readonly over: () => boolean;
  /** Trains for so many seconds; measures are off the clock, and nothing is on its way afterwards. */
  readonly work: (seconds: number) => Promise<void>;
  /** φ at a share of its time: the last until then. */
  readonly factorAt: (share: number) => number;
  /** Frees what it holds; what it did. */
  readonly end: () => Promise<RunRecord>;
}

/** What a run is of. */
export interface RunPlan extends Ground {
  readonly arm: Arm;
  readonly key: RunKey;
  /** What its learning rate is multiplied with at a share of its time, beyond its trainer's φ. */
  readonly replayed: (share: number) => number;
}

/** Updates of what events tell. */
type Told = Pick<RunRecord, "switches" | "scoring" | "lowered" | "warnings">;

const TESTS = 10;
const TRAINS = 4;

function listen({ events }: Trainer): Told {
  const switches: { update: number; importance: boolean }[] = [];
  const scoring: RunRecord["scoring"][number][] = [];
  const lowered: number[] = [];
  const warnings: string[] = [];
  events.on("schedule:switched", ({ step, importance }) =>
    switches.push({ update: step, importance }),
  );
  events.on("scoring:switched", ({ step, mode, reason }) =>
    scoring.push({ update: step, mode, reason }),
  );
  events.on("rate:lowered", ({ step }) => lowered.push(step));
  events.on("warning", ({ code, message }) => warnings.push(`${code}: ${message}`));
  events.on("plugin:failed", ({ message }) => warnings.push(`plugin failed: ${message}`));
  return { switches, scoring, lowered, warnings };
}

/** Remembers φ of each step by the share of the time at which it began. */
function createTrack() {
  const track: { readonly share: number; readonly factor: number }[] = [];
  const meanOf = (tenth: number): number | null => {
    const steps = track.filter(({ share }) => Math.min(9, Math.floor(10 * share)) === tenth);
    if (steps.length === 0) return null;
    return steps.reduce((sum, { factor }) => sum + factor, 0) / steps.length;
  };
  return {
    note: (share: number, factor: number): void => {
      track.push({ share, factor });
    },
    factorAt: (share: number): number => track.findLast((each) => each.share <= share)?.factor ?? 1,
    means: () => Array.from({ length: 10 }, (_, tenth) => meanOf(tenth)),
  };
}

/** Measures whatever is due at a share of the time. */
function createMeasures(learner: Learner, { measured, test: testSet }: Ground) {
  const test: Assessment[] = [];
  const train: number[] = [];
  const take = async (share: number): Promise<void> => {
    while (test.length < TESTS && share >= (test.length + 1) / TESTS)
      test.push(await assess(learner, testSet));
    while (train.length < TRAINS && share >= (train.length + 1) / TRAINS)
      train.push((await learner.evaluate(measured)).loss);
  };
  return { test, train, take };
}

function compose({ arm, key, task, train }: RunPlan) {
  const model = buildModel(task, key.seed);
  const learner = createLearner(model);
  const method = arm.method(learner);
  const trainer = createTrainer({
    ...method,
    ...{ learner, dataset: train, batchSize: 128, seed: key.seed },
  });
  return { model, learner, trainer };
}

/** Begins a run: nothing is trained yet. */
export function beginRun(plan: RunPlan): Run {
  const { arm, key, task, replayed } = plan;
  const { model, learner, trainer } = compose(plan);
  const budget = arm.share * key.seconds;
  const told = listen(trainer);
  const track = createTrack();
  const measures = createMeasures(learner, plan);
  let [spent, failed] = [0, undefined as string | undefined];
  trainer.begin({ seconds: budget });
  const step = async (): Promise<void> => {
    const share = spent / budget;
    const factor = replayed(share);
    learner.setLearningRate(arm.rate * factor * rateAt(task, share));
    const started = performance.now();
    const { rate } = await trainer.step();
    spent += (performance.now() - started) / 1000;
    track.note(share, factor * rate);
    await measures.take(spent / budget);
  };
  const work = async (seconds: number): Promise<void> => {
    const until = Math.min(spent + seconds, budget);
    while (spent < until) await step();
    // waits for what was asked ahead, so that it does not slow the next arm down
    await trainer.state();
  };
  return {
    arm,
    over: () => failed !== undefined || spent >= budget,
    work: (seconds) =>
      work(seconds).catch((error: unknown) => {
        failed = reasonOf(error);
      }),
    factorAt: track.factorAt,
    end: async () => {
      const [steps, importanceSteps] = [trainer.progress.update, trainer.importanceSteps];
      await trainer.dispose();
      learner.dispose?.();
      model.optimizer.dispose();
      model.dispose();
      const { test, train } = measures;
      const found = { steps, importanceSteps, rates: track.means(), test, train };
      return { ...key, ...found, ...told, ...(failed !== undefined && { failed }) };
    },
  };
}
