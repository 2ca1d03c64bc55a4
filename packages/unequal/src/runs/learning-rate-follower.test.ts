import { expect, test } from "vitest";
import type { Schedule } from "@unequal/core";
import { learningRateFollower } from "./learning-rate-follower.js";

/** The rates of the updates of a run of four, whose optimizer has 0.1. */
function rates(schedule: number | Schedule): readonly number[] {
  let rate = 0.1;
  const learner = {
    learningRate: () => rate,
    setLearningRate: (next: number) => void (rate = next),
  };
  const follow = learningRateFollower(learner, schedule);
  const nothing = { seen: 0, trained: 0, epoch: 0, pass: 0, seconds: 0, updatesPerEpoch: 2 };
  return [0, 1, 2, 3].map((update) => {
    follow({ ...nothing, update, done: update / 4 });
    return rate;
  });
}

test.each<[number | Schedule, readonly number[]]>([
  [1, [0.1, 0.1, 0.1, 0.1]],
  [0.5, [0.05, 0.05, 0.05, 0.05]],
  [{ linear: [0, 1] }, [0, 0.025, 0.05, 0.075]],
  [{ cosine: [1, 0] }, [0.1, 0.05 * (1 + Math.SQRT1_2), 0.05, 0.05 * (1 - Math.SQRT1_2)]],
  [
    {
      steps: [
        ["0up", 1],
        ["2up", 0],
      ],
    },
    [0.1, 0.1, 0, 0],
  ],
])("%j", (schedule, wanted) => {
  rates(schedule).forEach((rate, at) => expect(rate).toBeCloseTo(wanted[at] as number, 12));
});

test("an optimizer without a rate is refused", () => {
  const learner = { learningRate: () => undefined, setLearningRate: () => undefined };
  expect(() => learningRateFollower(learner, { cosine: [1, 0] })).toThrow(
    expect.objectContaining({ code: "OPTION_INVALID" }) as Error,
  );
});
