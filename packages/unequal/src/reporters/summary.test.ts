import { expect, test } from "vitest";
import { summary, type SummaryFacts } from "./summary.js";

const facts = (over: Partial<SummaryFacts["figures"]>, { rate = "fixed" } = {}): SummaryFacts => ({
  config: {
    batchSize: 128,
    presample: 640,
    model: { name: "mlp" },
    dataset: { name: "mnist" },
    backend: { name: "wasm" },
    sampler: { name: "proportional" },
    rate: { name: rate },
  },
  figures: {
    step: 1000,
    seconds: 30,
    importance: true,
    importanceSteps: 0,
    switches: [],
    loss: 0.1,
    estimatedTau: 2,
    rowsPerStep: 128,
    secondsPerStep: 0.03,
    sizes: { candidates: 640, count: 128 },
    tau: undefined,
    effectiveSampleSize: undefined,
    gain: undefined,
    age: undefined,
    rate: undefined,
    costs: { score: 0.03, step: 0.02 },
    spent: 0,
    scored: 0,
    importanceTimes: [],
    ...over,
  },
  train: { loss: 0.0123, metrics: {} },
  test: { loss: 0.07, metrics: { error: 0.0213 } },
  looks: [],
  interrupted: false,
});

const on = {
  importanceSteps: 700,
  switches: [{ step: 300, seconds: 5, importance: true }],
  gain: 3,
};
const taking = (score: number, candidates = 640, count = 128) => [
  { load: 0, score, train: 20, candidates, count, loaded: candidates, rows: count },
];

test("says how old scores were", () => {
  const text = summary(facts({ ...on, age: 1, importanceTimes: taking(1) })).join("\n");
  expect(text).toContain("; scores were 1.00 updates old on average.");
});

test("says that it paid where the gain exceeds what steps really cost", () => {
  const times = { importanceTimes: taking(20), spent: 40, scored: 20 };
  const text = summary(facts({ ...on, ...times })).join("\n");
  expect(text).toContain("test error 2.13 %");
  expect(text).toContain("came on at step 300 (5.0 s): 700 of 1,000 steps");
  expect(text).toContain("Predicted gain 3.00");
  expect(text).toContain("Realised gain 1.50");
  expect(text).toContain("2.00 times as long as a uniform one (40.0 ms, 20.0 ms): it paid");
  expect(text).toContain("Scoring took 50.0 %");
  expect(text).toContain("Importance steps drew 128 rows from 640 candidates.");
});

test("says that it did not pay", () => {
  const text = summary(facts({ ...on, importanceTimes: taking(80) })).join("\n");
  expect(text).toContain("Realised gain 0.600");
  expect(text).toContain("it did not pay");
});

test("tells how large a sizer made the steps, if they drew some of their candidates", () => {
  const importanceTimes = [...taking(20, 640), ...taking(20, 300), ...taking(20, 320, 64)];
  const text = summary(facts({ ...on, importanceTimes })).join("\n");
  expect(text).toContain(
    "Importance steps drew 64 to 128 (107 on average) rows from 300 to 640 (420 on average) candidates.",
  );
  const same = { ...on, importanceTimes: importanceTimes.slice(0, 2) };
  const larger = summary(facts(same)).join("\n");
  expect(larger).toContain("drew 128 rows from 300 to 640 (470 on average) candidates");
  const every = { ...on, importanceTimes: taking(20, 128) };
  expect(summary(facts(every)).join("\n")).not.toContain("drew");
});

test("says why it stayed off", () => {
  const text = summary(facts({})).join("\n");
  expect(text).toContain("Every step was uniform");
  expect(text).toContain("Tau at the end was 2.00; the gain would have to reach 2.50");
  const costs = { score: 1e-4, step: 0.01, background: 0.012 };
  expect(summary(facts({ costs })).join("\n")).toContain("the gain would have to reach 1.20");
  expect(text).not.toContain("gain 3");
});

test("says what the gain would have to reach at the sizes in force", () => {
  const sizes = { candidates: 320, count: 128 };
  expect(summary(facts({ sizes })).join("\n")).toContain("the gain would have to reach 1.75");
});

test("tells how far importance steps went, unless the rate is the user's", () => {
  const went = { ...on, importanceTimes: taking(20), rate: { latest: 1, mean: 1.62, largest: 2 } };
  const line = "Importance steps took 1.62 times the learning rate on average, 2.00 times at most.";
  expect(summary(facts(went, { rate: "effective-batch" }))).toContain(line);
  expect(summary(facts(went, { rate: "effective-batch" })).join("\n")).toContain(
    "it paid, and the learning rate spent it",
  );
  // a scheduler of one's own
  expect(summary(facts(went))).toContain(line);
  const stayed = { ...went, rate: { latest: 1, mean: 1, largest: 1 } };
  expect(summary(facts(stayed, { rate: "effective-batch" }))).toContain(
    "Importance steps took the learning rate as it was set.",
  );
  expect(summary(facts(stayed)).join("\n")).not.toContain("learning rate");
  expect(summary(facts({}, { rate: "effective-batch" })).join("\n")).not.toContain("learning rate");
});

test("says where the test loss went up again", () => {
  const losses = [0.2, 0.1, 0.05, 0.04, 0.045, 0.05, 0.06, 0.065, 0.07, 0.08];
  const looks = losses.map((loss, at) => ({ share: (at + 1) / 10, loss }));
  expect(summary({ ...facts({}), looks }).at(-1)).toMatch(
    /^The test loss was best at 40 % of the run, and is 1.56 times that now, far above the training loss\. .* Augment/,
  );
  expect(summary(facts({})).join("\n")).not.toContain("Augment");
});

test("keeps to the outcome where there are no scores", () => {
  const lines = summary(facts({ estimatedTau: undefined, costs: undefined }));
  expect(lines).toHaveLength(2);
});
