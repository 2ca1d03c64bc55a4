import { describe, expect, test } from "vitest";
import { threshold } from "../../gain/costs.js";
import { differs, runningCosts, stepSeconds } from "./running-costs.js";
import { noStepTimes, withStep, type StepTimes, type TimedStep } from "./timed-steps.js";

const plan = { batchSize: 10, presample: 30 };
const sizes = { candidates: 30, count: 10 };

function uniform(update: number, seconds: number): TimedStep {
  const durations = { load: 0, score: 0, train: 1000 * seconds };
  const common = { sizes, loaded: 10, rows: 10, waited: 0, tried: undefined };
  return { update, importance: false, durations, seconds, ...common };
}

/** An importance step of so many candidates and rows; of `seconds` in all, `wait` were waited for a replica that took `replica`. */
function importance(
  update: number,
  seconds: number,
  given: { candidates?: number; count?: number; wait?: number; replica?: number } = {},
): TimedStep {
  const { candidates = 30, count = 10, wait = 0, replica } = given;
  const durations = {
    load: 0,
    score: 0,
    train: 1000 * seconds,
    ...(replica !== undefined && { background: 1000 * replica }),
  };
  const common = { loaded: candidates, rows: count, waited: 1000 * wait, tried: undefined };
  return { update, importance: true, sizes: { candidates, count }, durations, seconds, ...common };
}

function timesOf(steps: readonly TimedStep[]): StepTimes {
  return steps.reduce((times, step) => withStep(times, step, plan.batchSize), noStepTimes);
}

const several = (from: number, count: number, step: (update: number) => TimedStep): TimedStep[] =>
  Array.from({ length: count }, (_, at) => step(from + at));

describe("the threshold by the costs of steps is what they took over uniform ones", () => {
  test.each([
    ["inline", importance(0, 5.5), 2.2, false],
    ["inline, of other sizes", importance(0, 8, { candidates: 60, count: 5 }), 3.2, false],
    ["hidden, in pace", importance(0, 2.75, { replica: 2 }), 1.1, true],
    ["hidden, waited for", importance(0, 5, { wait: 2, replica: 4 }), 2, true],
    ["hidden, for nothing", importance(0, 2.5, { replica: 1 }), 1.01, true],
  ])("%s", (_, step, price, hidden) => {
    const made = several(21, 6, (update) => ({ ...step, update }));
    const times = timesOf([...several(0, 20, (update) => uniform(update, 2.5)), ...made]);
    const costs = runningCosts(times, 27, { ...plan, hidden });
    expect(costs).toBeDefined();
    if (costs !== undefined) expect(threshold(costs, plan, step.sizes)).toBeCloseTo(price, 6);
  });
});

describe("steps that tell nothing", () => {
  test("too few, those made long ago and those scored elsewhere", () => {
    const cold = several(0, 20, (update) => uniform(update, 2.5));
    const asked = { ...plan, hidden: false };
    // of four, the first follows a uniform one
    const few = timesOf([...cold, ...several(20, 4, (update) => importance(update, 5))]);
    expect(runningCosts(few, 24, asked)).toBeUndefined();
    const enough = timesOf([...cold, ...several(20, 5, (update) => importance(update, 5))]);
    expect(runningCosts(enough, 24, asked)).toEqual({ score: 2.5, step: 2.5 });
    expect(runningCosts(enough, 24, { ...plan, hidden: true })).toBeUndefined();
    expect(runningCosts(enough, 300, asked)).toBeUndefined();
  });

  test("the first of each kind: a replica may be at work still, or nothing be asked ahead yet", () => {
    const times = timesOf([
      ...several(0, 5, (update) => uniform(update, 2)),
      importance(5, 99),
      ...several(6, 4, (update) => importance(update, 3)),
      uniform(10, 50),
      ...several(11, 4, (update) => uniform(update, 2)),
    ]);
    expect(times.importance.map(({ seconds }) => seconds)).toEqual([3, 3, 3, 3]);
    expect(times.uniform.map(({ seconds }) => seconds)).toEqual(Array(9).fill(2));
  });
});

test("step(b) follows four new steps at once, whatever was seen thirty updates before", () => {
  const cold = several(0, 20, (update) => uniform(update, 6.3));
  const later = [
    ...cold,
    ...several(20, 100, (update) => importance(update, 5)),
    uniform(120, 2.5),
    ...several(121, 3, (update) => uniform(update, 2.5)),
  ];
  expect(stepSeconds(timesOf(later), 124)).toBe(6.3);
  expect(stepSeconds(timesOf([...later, uniform(124, 2.5)]), 125)).toBe(2.5);
});

test("without uniform steps step(b) is what importance steps let expect of one", () => {
  const made = several(0, 9, (update) => importance(update, 4, { count: 5 }));
  // 4 s for five rows
  expect(stepSeconds(timesOf(made), 9)).toBe(8);
});

test("costs are told again where one changed by more than a twentieth of a step", () => {
  const told = { score: 1, step: 2, background: 3 };
  expect(differs({ score: 1.09, step: 2.09, background: 3.09 }, told)).toBe(false);
  for (const change of [{ score: 1.11 }, { step: 1.89 }, { background: 3.11 }])
    expect(differs({ ...told, ...change }, told)).toBe(true);
  expect(differs({ score: 1, step: 2 }, told)).toBe(true);
});
