import { savedData, type Dataset, type Learner, type Progress, type Stateful } from "@unequal/core";
import type { Look } from "../reporters/past-best.js";

/** Looks in a run. */
const LOOKS = 20;
/** Test examples of a look, at most. */
const SAMPLE = 500;
/** Candidates that training must have seen for each test example: looks are to cost next to nothing. */
const SEEN = 20;

/** Some examples of a dataset, evenly spaced, so that one in the order of its classes has all of them. */
function sampleOf(dataset: Dataset): Dataset {
  const size = Math.min(SAMPLE, dataset.size);
  const spread = (ids: Uint32Array): Uint32Array =>
    ids.map((id) => Math.floor((id * dataset.size) / size));
  return { size, take: (ids, keys) => dataset.take(spread(ids), keys) };
}

/** The test loss on the way. */
export interface TestLooks extends Stateful {
  /** Looks, after an update, if one is due. */
  readonly follow: (progress: Progress) => Promise<void>;
  readonly looks: () => readonly Look[];
}

/**
 * Makes what looks at some test examples at every twentieth of a run, off the clock and without an event. It never evaluates more than
 * one example for twenty that training has seen, so short runs have few looks or none.
 */
export function testLooks(
  learner: Pick<Learner, "evaluate" | "facts">,
  test: Dataset | undefined,
): TestLooks {
  const known = { looks: [] as Look[], next: 1, spent: 0 };
  // a look would change the states that layers keep
  const sample =
    test === undefined || learner.facts.stateful !== undefined ? undefined : sampleOf(test);
  return {
    looks: () => known.looks,
    follow: async ({ done = 0, seen }) => {
      if (sample === undefined || done * LOOKS < known.next) return;
      if (seen < SEEN * (known.spent + sample.size)) return;
      const { loss } = await learner.evaluate(sample);
      known.looks.push({ share: Math.min(1, done), loss });
      known.spent += sample.size;
      known.next = Math.floor(done * LOOKS) + 1;
    },
    ...savedData(
      "the looks at tests",
      () => known,
      (saved) => Object.assign(known, saved),
    ),
  };
}
