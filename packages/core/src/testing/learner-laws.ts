import { expect } from "vitest";
import { expectDifferent } from "./close.js";
import { describeLaws } from "./describe-laws.js";
import type { Law } from "./law.js";
import { learnerGradientLaws } from "./learner-gradient-laws.js";
import { learnerReplicaLaws } from "./learner-replica-laws.js";
import { savedState, UNEVEN, withLearner, type LearnerSubject } from "./learner-run.js";
import { learnerSignalLaws } from "./learner-signal-laws.js";
import { withoutGlobalRandomness } from "./without-global-randomness.js";

const roundTrip: Law<LearnerSubject> = {
  name: "continues bit for bit from a restored state, in another learner of the same model",
  check: (make) =>
    withLearner(make, async (run) => {
      for (const noise of [1, 2]) await run.train(noise);
      const state = await savedState(run.learner);
      const continued = [await run.train(3), await run.train(4)];
      await withLearner(make, async (other) => {
        await other.train(7);
        await other.learner.restore(state);
        expect([await other.train(3), await other.train(4)]).toEqual(continued);
        await run.learner.restore(state);
        expect(await run.train(3), "a restored state must not be kept").toEqual(continued[0]);
      });
    }),
};

const versions: Law<LearnerSubject> = {
  name: "refuses the state of another version",
  check: (make) =>
    withLearner(make, async ({ learner }) => {
      await expect(learner.restore({ version: -1 })).rejects.toThrow(
        expect.objectContaining({ code: "STATE_INCOMPATIBLE" }),
      );
    }),
};

const rates: Law<LearnerSubject> = {
  name: "follows its learning rate, where it has one",
  check: (make) =>
    withLearner(make, async ({ learner, parameters, train }) => {
      if (learner.learningRate() === undefined) return;
      learner.setLearningRate(0);
      const before = await parameters();
      expect(await train(1)).toEqual(before);
      learner.setLearningRate(0.25);
      expect(learner.learningRate()).toBeCloseTo(0.25, 6);
      expectDifferent(await train(1), before);
    }),
};

const leaks: Law<LearnerSubject> = {
  name: "leaves nothing on the engine but what its callers own",
  check: (make) =>
    withLearner(make, async ({ learner, dataset, alive, host, gradient, train }) => {
      if (alive === undefined) return;
      const names = [...learner.signals.keys()];
      const all = async (): Promise<void> => {
        const batch = learner.upload(host);
        await learner.compute(names, batch);
        batch.dispose();
        await train(1);
        await gradient(UNEVEN, { regulariser: true });
        await learner.evaluate(dataset);
        const state = await learner.state();
        await learner.restore(state);
        await learner.exportModel();
      };
      await all();
      const before = alive();
      for (let round = 0; round < 3; round++) await all();
      expect(alive()).toBe(before);
    }),
};

const handles: Law<LearnerSubject> = {
  name: "counts each handle and batch once, until it is disposed",
  check: (make) =>
    withLearner(make, async ({ learner, alive, host }) => {
      if (alive === undefined) return;
      const before = alive();
      const handle = learner.parameters();
      const copy = learner.write(await learner.read(handle));
      const sum = learner.combine([
        [1, handle],
        [1, copy],
      ]);
      const batch = learner.upload(host);
      expect(alive()).toBeGreaterThan(before);
      for (const owned of [handle, copy, sum, batch]) owned.dispose();
      expect(alive()).toBe(before);
    }),
};

const storage: Law<LearnerSubject> = {
  name: "exports its model as named files",
  check: (make) =>
    withLearner(make, async ({ learner }) => {
      const { format, files } = await learner.exportModel();
      expect(format).not.toBe("");
      expect(Object.keys(files).length).toBeGreaterThan(0);
      for (const bytes of Object.values(files)) expect(bytes).toBeInstanceOf(Uint8Array);
    }),
};

const globals: Law<LearnerSubject> = {
  name: "draws no global randomness",
  check: (make) =>
    withLearner(make, async ({ learner, batch, train }) => {
      await withoutGlobalRandomness(async () => {
        await train(1);
        await learner.compute(["loss"], batch);
      });
    }),
};

/** What must be true of every learner. */
export const learnerLaws: readonly Law<LearnerSubject>[] = [
  ...learnerSignalLaws,
  ...learnerGradientLaws,
  ...learnerReplicaLaws,
  roundTrip,
  versions,
  rates,
  leaks,
  handles,
  storage,
  globals,
];

/** Holds a learner to its contract, a test for each law: `describeLearner("my model", make)`. */
export function describeLearner(name: string, make: LearnerSubject): void {
  describeLaws(`learner of ${name}`, learnerLaws, make);
}
