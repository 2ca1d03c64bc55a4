import { expect } from "vitest";
import { everyId } from "../arrays/every-row.js";
import type { Learner } from "../contracts/learner.js";
import type { Replica, ReplicaAnswer, ReplicaRequest } from "../contracts/replica.js";
import type { Signals } from "../contracts/signals.js";
import { expectClose } from "./close.js";
import type { Law } from "./law.js";
import { ROWS, withLearner, type LearnerFixture, type LearnerSubject } from "./learner-run.js";

/** Uses a replica and disposes it, where learner, dataset and engine can be had twice; else there must be none. */
async function withReplica(
  { learner, dataset, replicable = true }: LearnerFixture,
  use: (replica: Replica) => Promise<void>,
): Promise<void> {
  if (learner.replicate === undefined) return;
  if (!replicable) {
    const refused = expect.objectContaining({ code: "SCORING_UNAVAILABLE" }) as Error;
    await expect(learner.replicate(dataset)).rejects.toThrow(refused);
    return;
  }
  const replica = await learner.replicate(dataset);
  try {
    await use(replica);
  } finally {
    await replica.dispose();
  }
}

function expectSignals(answer: ReplicaAnswer, wanted: Signals): void {
  expect(Object.keys(answer.signals).sort()).toEqual(Object.keys(wanted).sort());
  for (const [name, values] of Object.entries(wanted))
    expectClose([answer.signals[name] ?? []], [values]);
}

function requestOf({ signals }: Learner): ReplicaRequest {
  const ids = everyId(ROWS);
  return { ids, keys: new Uint32Array(ROWS), signals: [...signals.keys()] };
}

const copies: Law<LearnerSubject> = {
  name: "a replica computes what the learner did at the parameters published, whatever the learner trains meanwhile",
  check: (make) =>
    withLearner(make, async (run) => {
      const { learner, host, batch, train } = run;
      await withReplica(run, async (replica) => {
        const names = [...learner.signals.keys()];
        const wanted = new Map<number, Signals>();
        const asked: Promise<ReplicaAnswer>[] = [];
        for (const scoredAt of [3, 4]) {
          wanted.set(scoredAt, await learner.compute(names, batch));
          replica.publish(scoredAt);
          asked.push(replica.compute(requestOf(learner)));
          for (let noise = 0; noise < 5; noise++) await train(noise);
        }
        const answers = await Promise.all(asked);
        expect(answers.map(({ scoredAt }) => scoredAt)).toEqual([3, 4]);
        for (const answer of answers) {
          expectSignals(answer, wanted.get(answer.scoredAt) ?? expect.fail("of no update"));
          expectClose([answer.weights], [host.weights ?? new Float32Array(ROWS).fill(1)]);
        }
      });
    }),
};

const factors: Law<LearnerSubject> = {
  name: "its replica counts the weights asked with into weights and losses",
  check: (make) =>
    withLearner(make, async (run) => {
      const { learner, host } = run;
      await withReplica(run, async (replica) => {
        const weights = Float32Array.from({ length: ROWS }, (_, row) => row % 3);
        const wanted = weights.map((factor, row) => factor * (host.weights?.[row] ?? 1));
        const weighted = learner.upload({ ...host, weights: wanted });
        const { loss = expect.fail() } = await learner.compute(["loss"], weighted);
        weighted.dispose();
        replica.publish(0);
        const answer = await replica.compute({
          ...requestOf(learner),
          signals: ["loss"],
          weights,
        });
        expectClose([answer.weights], [wanted]);
        expectSignals(answer, { loss });
      });
    }),
};

const ends: Law<LearnerSubject> = {
  name: "a replica that is disposed fails what is under way and what is asked later, and publishes nothing",
  check: (make) =>
    withLearner(make, async (run) => {
      const { learner, alive } = run;
      const before = alive?.();
      await withReplica(run, async (replica) => {
        const failed = expect.objectContaining({ code: "SCORING_FAILED" }) as Error;
        const request = requestOf(learner);
        await expect(replica.compute(request), "nothing published").rejects.toThrow(failed);
        replica.publish(0);
        const underWay = expect(replica.compute(request)).rejects.toThrow(failed);
        await Promise.all([replica.dispose(), replica.dispose(), underWay]);
        replica.publish(1);
        await expect(replica.compute(request)).rejects.toThrow(failed);
      });
      expect(alive?.()).toBe(before);
    }),
};

/** What must be true of the copies that a learner makes of itself. */
export const learnerReplicaLaws: readonly Law<LearnerSubject>[] = [copies, factors, ends];
