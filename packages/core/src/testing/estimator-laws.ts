import { expect } from "vitest";
import type { Part } from "../plugin/part.js";
import { Registry } from "../plugin/registry.js";
import { difference, expectClose, expectDifferent, type Values } from "./close.js";
import { describeLaws } from "./describe-laws.js";
import { EXAMPLES, startEstimator, type EstimatorSubject } from "./estimator-run.js";
import type { Law } from "./law.js";
import { toyLearner } from "./toy-learner.js";
import { withoutGlobalRandomness } from "./without-global-randomness.js";

/** Other examples, under other coefficients. */
const SHIFT = 3;
const LONG = 120;
const ALL = Array.from({ length: EXAMPLES }, (_, id) => id);

function mean(terms: readonly Values[]): Values {
  const [first = []] = terms;
  return first.map((array, part) =>
    Float64Array.from(array, (_, at) =>
      terms.reduce((sum, term) => sum + (term[part]?.[at] as number) / terms.length, 0),
    ),
  );
}

function stepsOnGroups({ part, registry }: EstimatorSubject): boolean {
  return part.facts(registry.factsOf).arity > 1;
}

const groupResults: Law<EstimatorSubject> = {
  name: "steps on groups, and returns Σ coefficient · loss of each, and a loss of each row",
  applies: stepsOnGroups,
  check: async (subject) => {
    const weighted = [
      [3, 0.5],
      [8, 0.25],
      [1, 0.125],
    ] as const;
    const run = startEstimator(subject);
    const before = await run.parameters();
    const saved = await run.save();
    let sum = 0;
    for (const [id, coefficient] of weighted) {
      await run.load(saved);
      const { loss, signals } = await run.step(0, [[id, 1]]);
      expectClose([signals.loss ?? []], [Array(run.estimator.arity).fill(loss)]);
      sum += coefficient * loss;
    }
    await run.load(saved);
    const { loss } = await run.step(0, weighted);
    expectClose([[loss]], [[sum]]);
    expectDifferent(await run.parameters(), before);
    run.dispose();
  },
};

const results: Law<EstimatorSubject> = {
  name: "steps, and returns the loss and the signals asked for",
  applies: (subject) => !stepsOnGroups(subject),
  check: async (subject) => {
    const run = startEstimator(subject);
    const before = await run.parameters();
    const { loss, signals } = await run.step(0, [
      [3, 0.5],
      [8, 0.25],
      [1, 0.125],
    ]);
    expectDifferent(await run.parameters(), before);
    expect(Object.keys(signals).sort()).toEqual(["loss", "upper-bound"]);
    const losses = Array.from(signals.loss ?? []);
    expect(losses.length).toBe(3);
    const sum = losses.reduce((total, value, at) => total + value * 0.5 ** (at + 1), 0);
    expectClose([[loss]], [[sum]]);
    run.dispose();
  },
};

const unbiasedness: Law<EstimatorSubject> = {
  name: "is unbiased: its steps on single examples average to that along the full gradient where it takes gradients",
  applies: ({ part }) => part.definition.unbiased === true,
  check: async (subject) => {
    const run = startEstimator(subject);
    await run.steps(0, 3);
    const saved = await run.save();
    const before = await run.parameters();
    const moves: Values[] = [];
    for (const id of ALL) {
      await run.load(saved);
      await run.step(3, [[id, 1]]);
      moves.push(difference(await run.parameters(), before));
    }
    await run.load(saved);
    await run.fullStep();
    expectClose(mean(moves), difference(await run.parameters(), before), 1e-5);
    run.dispose();
  },
};

const roundTrip: Law<EstimatorSubject> = {
  name: "continues the same from a restored state, whatever it stepped on before",
  check: async (subject) => {
    for (const steps of [0, 4]) {
      const run = startEstimator(subject);
      await run.steps(0, steps);
      const saved = await run.save();
      await run.steps(steps, steps + 4);
      const wanted = await run.parameters();
      const expectSame = async (other: typeof run, what: string): Promise<void> => {
        await other.load(saved);
        // A generator's state names its own seed, so it is another's even where it draws the same.
        const { generators } = saved;
        expect({ ...(await other.save()), generators }, "state() after restore()").toEqual(saved);
        await other.steps(steps, steps + 4);
        const message = `after ${steps} steps, ${what}: all that it goes by must be in state()`;
        expect(await other.parameters(), message).toEqual(wanted);
        other.dispose();
      };
      await expectSame(startEstimator(subject, 1), "restored by a new one");
      const other = startEstimator(subject, 1);
      await other.steps(0, 2, SHIFT);
      await expectSame(other, "restored by one that has stepped on other examples");
      await run.steps(steps + 4, steps + LONG, SHIFT);
      await expectSame(run, `taken back ${LONG} steps later`);
    }
  },
};

const versions: Law<EstimatorSubject> = {
  name: "refuses the state of another version",
  check: async (subject) => {
    await expect(startEstimator(subject).estimator.restore({ version: -1 })).rejects.toThrow(
      expect.objectContaining({ code: "STATE_INCOMPATIBLE" }),
    );
  },
};

const leaks: Law<EstimatorSubject> = {
  name: "holds no more on the engine with time, and nothing once it is disposed",
  check: async (subject) => {
    const run = startEstimator(subject);
    await run.steps(0, 4);
    const held = run.learner.alive();
    await run.steps(4, 12);
    expect(run.learner.alive()).toBe(held);
    await run.load(await run.save());
    await run.steps(12, 14);
    expect(run.learner.alive()).toBe(held);
    run.dispose();
    expect(run.learner.alive()).toBe(0);
  },
};

const globals: Law<EstimatorSubject> = {
  name: "draws no global randomness",
  check: (subject) => withoutGlobalRandomness(() => startEstimator(subject).steps(0, 4)),
};

/** What must be true of every estimator; those that claim `unbiased` are held to it. */
export const estimatorLaws: readonly Law<EstimatorSubject>[] = [
  results,
  groupResults,
  unbiasedness,
  roundTrip,
  versions,
  leaks,
  globals,
];

/**
 * Holds an estimator to its contract, a test for each law: `describeEstimator(svrg({ every: 3 }))`.
 * @param makeLearner makes a learner that trains by plain SGD
 */
export function describeEstimator(
  part: Part<"estimator">,
  makeLearner: EstimatorSubject["makeLearner"] = () => toyLearner({ l2: 0.05 }),
): void {
  const subject = { part, registry: new Registry([]), makeLearner };
  describeLaws(`estimator "${part.name}"`, estimatorLaws, subject);
}
