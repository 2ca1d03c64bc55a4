import type { Checkpoints } from "@unequal/checkpoints";
import { shareDone, type Reporter } from "@unequal/core";
import { breather } from "./breather.js";
import { learningRateFollower } from "./learning-rate-follower.js";
import { resumeRun, runCheckpoints } from "./run-checkpoints.js";
import type { Run } from "./run.js";
import { testLooks, type TestLooks } from "./test-looks.js";

/** What goes along with the steps of a run. */
export interface Attendance {
  readonly test: TestLooks;
  /** Sets the learning rate of the coming update. */
  readonly follow: ReturnType<typeof learningRateFollower>;
  /** Absent where nothing is written. */
  readonly checkpoints: Checkpoints | undefined;
}

/** Trains until the budget is spent, or the user asks to end. */
export async function trainWithin(
  { config, trainer }: Run,
  { test, follow, checkpoints }: Attendance,
  interruption: AbortSignal,
): Promise<void> {
  const breathe = breather();
  const { progress, updatesPerEpoch } = trainer;
  follow({ ...progress, done: shareDone(config.budget, progress, updatesPerEpoch) ?? 0 });
  await trainer.run({
    ...config.budget,
    signal: interruption,
    afterStep: async ({ progress: now }) => {
      follow(now);
      await test.follow(now);
      const spent = (now.done ?? 0) >= 1;
      if (!spent) await checkpoints?.afterStep();
      await breathe();
      // looked at last, since signals come while it breathes; and saved before the run has ended, so that it can go on
      if (spent || interruption.aborted) await checkpoints?.saveOrWarn();
    },
  });
}

/** Opens what is written, and takes a run up that goes on. */
export async function attend(
  run: Run,
  reporters: readonly Reporter[],
  { resume, allowChanges }: { readonly resume: string | undefined; readonly allowChanges: boolean },
): Promise<Attendance> {
  const { config, built, out, described, trainer, tracker, say } = run;
  const test = testLooks(built.learner, built.splits.test);
  // the rate that a run began with is that of the new model, not of the one to be restored
  const follow = learningRateFollower(built.learner, config.lrSchedule);
  if (out === undefined) return { test, follow, checkpoints: undefined };
  const companions = { figures: tracker, looks: test };
  const saved = { config, described, trainer, companions, reporters };
  const checkpoints = runCheckpoints(out, saved);
  try {
    if (resume !== undefined) {
      await resumeRun(checkpoints, allowChanges, say);
      out.begin(described);
    }
  } catch (error) {
    await checkpoints.close();
    throw error;
  }
  return { test, follow, checkpoints };
}
