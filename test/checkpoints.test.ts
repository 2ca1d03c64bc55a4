import { createHash } from "node:crypto";
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { openCheckpoints, type CheckpointOptions } from "@unequal/checkpoints";
import {
  always,
  createTrainer,
  defineScorer,
  defineSignal,
  defineWeighting,
  restored,
  type State,
  type Trainer,
  type TrainerOptions,
  type UnequalEvent,
} from "@unequal/core";
import { toyDataset, toyLearner } from "@unequal/core/testing";
import { history, plain, proportional, unbiased, upperBound } from "@unequal/samplers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), "unequal-checkpoints-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

interface Run {
  readonly trainer: Trainer;
  readonly theta: () => Promise<unknown>;
}

function start(options: Partial<TrainerOptions> = {}): Run {
  const learner = toyLearner({ features: 4, outputs: 3, learningRate: 0.3, momentum: 0.5 });
  const trainer = createTrainer({
    learner,
    dataset: toyDataset({ size: 50, features: 4, outputs: 3 }),
    sampler: proportional(),
    scorer: upperBound(),
    weighting: unbiased(),
    estimator: plain(),
    gate: always(),
    batchSize: 5,
    presample: 15,
    ...options,
  });
  return { trainer, theta: async () => (await learner.state())["theta"] };
}

/** Trains up to an update, from the newest checkpoint if there is one; saves after every fifth, and at the end if asked to. */
async function run(
  { trainer }: Run,
  updates: number,
  { save = false, ...options }: Partial<CheckpointOptions> & { readonly save?: boolean } = {},
) {
  const checkpoints = openCheckpoints(trainer, { dir, ...options });
  try {
    const resumed = await checkpoints.resume();
    await trainer.run({
      updates,
      afterStep: async ({ progress: { update } }) => {
        if (update % 5 === 0) await checkpoints.save();
      },
    });
    if (save) await checkpoints.save();
    return resumed;
  } finally {
    await checkpoints.close();
    await trainer.dispose();
  }
}

const files = (): string[] => readdirSync(dir).sort();
const code = (name: string): Error => expect.objectContaining({ code: name }) as Error;

/** The loss over a moving average, which it remembers; and others that do. */
const relative = defineScorer({
  name: "relative",
  summary: "Test.",
  facts: { requires: ["loss", "worth"] },
  setup: () => {
    let mean = 1;
    return {
      score: ({ signals }) => {
        const { loss, worth } = signals as Record<string, Float32Array>;
        for (const each of loss ?? []) mean += 0.05 * (each - mean);
        return (loss as Float32Array).map((each, row) => (each / mean) * (worth?.[row] as number));
      },
      state: () => ({ version: 1, mean }),
      restore: (state) => void ({ mean } = restored<{ mean: number }>(state, 1, "relative")),
    };
  },
});

/** The same of losses alone, which training brings. */
const averaged = defineScorer({
  name: "averaged",
  summary: "Test.",
  facts: { requires: ["loss"] },
  setup: () => {
    const { next, ...remembers } = counter("averaged");
    return {
      score: ({ signals }) =>
        (signals.loss as Float32Array).map((each) => each / (1 + 0.01 * next())),
      ...remembers,
    };
  },
});

/** Counts what it was asked, and tells more of it. */
function counter(name: string) {
  let calls = 0;
  return {
    next: () => (calls += 1),
    state: (): State => ({ version: 1, calls }),
    restore: (state: State) => void ({ calls } = restored<{ calls: number }>(state, 1, name)),
  };
}

const worth = defineSignal({
  name: "worth",
  summary: "Test.",
  facts: { signals: new Map([["worth", "paid"]]) },
  setup: () => {
    const { next, ...remembers } = counter("worth");
    return {
      compute: (_, { ids }) => ({ worth: new Float32Array(ids.length).fill(1 + (next() % 3)) }),
      ...remembers,
    };
  },
});

const fading = defineWeighting({
  name: "fading",
  summary: "Test.",
  setup: () => {
    const { next, ...remembers } = counter("fading");
    return {
      coefficients: ({ rows, planned }) =>
        new Float64Array(rows.length).fill(1 / planned / (1 + 0.1 * next())),
      ...remembers,
    };
  },
});

describe("a run goes on bit for bit", () => {
  test.each<[string, () => Partial<TrainerOptions>]>([
    ["as it is", () => ({})],
    [
      "with parts that remember",
      () => ({ scorer: relative(), signals: [worth()], weighting: fading() }),
    ],
    [
      "with a scorer that another part uses",
      () => ({
        scorer: undefined,
        sampler: history({ scorer: averaged() }),
      }),
    ],
    [
      "by scores in the background, two updates old",
      () => ({ scoring: { name: "background", age: 2 } }),
    ],
  ])("%s", async (_, options) => {
    const whole = start(options());
    await whole.trainer.run({ updates: 20 });
    for (const stop of [7, 10]) {
      await run(start(options()), stop, { save: true });
      const again = start(options());
      expect(await run(again, 20)).toMatchObject({ step: stop, broken: [] });
      expect(again.trainer.progress).toMatchObject({
        update: 20,
        seen: whole.trainer.progress.seen,
      });
      expect(await again.theta()).toEqual(await whole.theta());
      rmSync(dir, { recursive: true });
    }
  });

  test("also from the last one before it was killed", async () => {
    const whole = start();
    await whole.trainer.run({ updates: 20 });
    await run(start(), 13);
    const again = start();
    expect(await run(again, 20)).toMatchObject({ step: 10 });
    expect(await again.theta()).toEqual(await whole.theta());
  });
});

describe("the folder", () => {
  test("holds the latest two and the best by validation loss", async () => {
    const { trainer } = start();
    const losses: Readonly<Record<number, number>> = { 5: 3, 10: 1, 15: 2, 20: 4, 25: 5 };
    const checkpoints = openCheckpoints(trainer, { dir });
    await trainer.run({
      updates: 25,
      afterStep: async ({ progress: { update } }) => {
        const loss = losses[update];
        if (loss === undefined) return;
        trainer.events.emit("evaluation:end", () => ({ split: "validation", loss, metrics: {} }));
        await checkpoints.save();
      },
    });
    await checkpoints.close();
    expect(files()).toEqual(
      [10, 20, 25].map((step) => `step-${`${step}`.padStart(9, "0")}.safetensors`),
    );
  });

  test("is one run's at a time, and tells what it saved", async () => {
    const { trainer } = start();
    const saved: UnequalEvent<"checkpoint:saved">[] = [];
    trainer.events.on("checkpoint:saved", (event) => saved.push(event));
    const checkpoints = openCheckpoints(trainer, { dir });
    expect(() => openCheckpoints(trainer, { dir })).toThrow(code("FOLDER_LOCKED"));
    expect(checkpoints.isEmpty()).toBe(true);
    await trainer.run({ updates: 3 });
    await checkpoints.save();
    expect(checkpoints.isEmpty()).toBe(false);
    await checkpoints.close();
    const file = path.join(dir, "step-000000003.safetensors");
    expect(saved).toMatchObject([{ step: 3, file, bytes: readFileSync(file).length }]);
    await openCheckpoints(trainer, { dir }).close();
  });

  test("that holds a run is not another's, unless it is resumed", async () => {
    await run(start(), 12);
    const before = files();
    const { trainer } = start();
    const checkpoints = openCheckpoints(trainer, { dir, every: "1up" });
    const begun = trainer.run({ updates: 3, afterStep: checkpoints.afterStep });
    await expect(begun).rejects.toThrow(code("FOLDER_TAKEN"));
    await expect(checkpoints.save()).rejects.toThrow(code("FOLDER_TAKEN"));
    await checkpoints.close();
    expect(files()).toEqual(before);
  });

  test("is written to by and by, when it is time", async () => {
    const { trainer } = start();
    const steps: number[] = [];
    trainer.events.on("checkpoint:saved", ({ file }) =>
      steps.push(Number(/\d+(?=\.safe)/.exec(file)?.[0])),
    );
    const checkpoints = openCheckpoints(trainer, { dir, every: "7up" });
    await trainer.run({
      updates: 40,
      afterStep: async () => {
        await checkpoints.afterStep();
        await new Promise((resolve) => void setTimeout(resolve, 5));
      },
    });
    await checkpoints.close();
    // one that is due while another is written comes a step later
    expect(steps.length).toBeGreaterThan(2);
    for (const [at, step] of steps.entries()) expect(step).toBeGreaterThanOrEqual(7 * (at + 1));
  });

  test("loses what a process was writing when it ended, and nothing else", async () => {
    await run(start(), 6);
    writeFileSync(path.join(dir, "step-000000009.safetensors.part"), "half");
    writeFileSync(path.join(dir, "notes.txt"), "the user's");
    const resumed = await run(start(), 8);
    expect(resumed).toMatchObject({ step: 5 });
    expect(files()).toEqual(["notes.txt", "step-000000005.safetensors"]);
  });
});

describe("where the newest is not whole", () => {
  test("the one before is used, and it says so", async () => {
    const whole = start();
    await whole.trainer.run({ updates: 14 });
    await run(start(), 12);
    const newest = path.join(dir, "step-000000010.safetensors");
    truncateSync(newest, 500);
    const again = start();
    const resumed = await run(again, 14);
    expect(resumed).toMatchObject({ step: 5, broken: [{ file: `${newest}.broken` }] });
    expect(resumed?.broken[0]?.reason).toContain("checksum");
    expect(await again.theta()).toEqual(await whole.theta());
    expect(files()).toContain("step-000000010.safetensors.broken");
  });

  test("and none before it, the run does not start from its beginning unasked, however often it is tried", async () => {
    await run(start(), 6);
    writeFileSync(path.join(dir, "step-000000005.safetensors"), "");
    for (let time = 0; time < 2; time++)
      await expect(run(start(), 8)).rejects.toThrow(code("CHECKPOINT_INVALID"));
    expect(files()).toEqual(["step-000000005.safetensors"]);
  });

  test("but of another version, the one before is not used unasked", async () => {
    await run(start(), 12);
    const newest = path.join(dir, "step-000000010.safetensors");
    const bytes = readFileSync(newest).toString("latin1").replace('"unequal":"1"', '"unequal":"0"');
    const blank = bytes.slice(0, 35) + "0".repeat(64) + bytes.slice(99);
    const sum = createHash("sha256").update(Buffer.from(blank, "latin1")).digest("hex");
    writeFileSync(newest, blank.slice(0, 35) + sum + blank.slice(99), "latin1");
    await expect(run(start(), 14)).rejects.toThrow(code("STATE_INCOMPATIBLE"));
  });
});

describe("another run is not taken for the one that was saved", () => {
  beforeEach(async () => {
    await run(start(), 6);
  });

  test.each<[string, Partial<TrainerOptions>, string]>([
    ["batch size", { batchSize: 6 }, "batchSize is 6 and was 5"],
    ["presample", { presample: 20 }, "presample is 20 and was 15"],
    ["seed", { seed: 3 }, "seed is 3 and was 0"],
    ["options of a part", { sampler: proportional({ draw: "multinomial" }) }, "sampler is {"],
    [
      "data",
      { dataset: toyDataset({ size: 60, features: 4, outputs: 3 }) },
      "examples is 60 and was 50",
    ],
  ])("by its %s", async (_, options, message) => {
    await expect(run(start(options), 8)).rejects.toThrow(code("RUN_CHANGED"));
    await expect(run(start(options), 8)).rejects.toThrow(message);
  });

  test("unless changes are allowed", async () => {
    const { trainer } = start({ batchSize: 6 });
    const checkpoints = openCheckpoints(trainer, { dir });
    expect(await checkpoints.resume({ allowChanges: true })).toMatchObject({ step: 5 });
    await trainer.run({ updates: 9 });
    expect(trainer.progress.update).toBe(9);
    await checkpoints.close();
  });

  test("and a program's own settings count", async () => {
    await expect(run(start(), 8, { settings: { schedule: "cosine" } })).rejects.toThrow(
      'schedule is "cosine" and was not there',
    );
  });

  test("nor without what was saved with it", async () => {
    const mine = { mine: { state: () => ({ version: 1 }), restore: () => undefined } };
    await expect(run(start(), 8, { companions: mine })).rejects.toThrow(code("STATE_INCOMPATIBLE"));
  });
});

test("a program's own state goes along", async () => {
  const make = () => counter("steps");
  const [first, second] = [make(), make()];
  first.next();
  first.next();
  await run(start(), 5, { companions: { steps: first } });
  await run(start(), 6, { companions: { steps: second } });
  expect(second.next()).toBe(3);
});

test("what cannot be written is a warning while training goes on, and an error when asked for", async () => {
  const { trainer } = start();
  const warnings: string[] = [];
  trainer.events.on("warning", ({ code: name }) => warnings.push(name));
  const checkpoints = openCheckpoints(trainer, { dir, every: "2up" });
  rmSync(dir, { recursive: true });
  await trainer.run({ updates: 4, afterStep: checkpoints.afterStep });
  await expect(checkpoints.save()).rejects.toThrow(code("OUTPUT_FAILED"));
  await checkpoints.close();
  expect(warnings).toContain("CHECKPOINT_FAILED");
  expect(trainer.progress.update).toBe(4);
});

test.each(["", "5", 0, -1, "5 minutes", "1.5up", "xm", Number.NaN])(
  "every %j is refused or read",
  (every) => {
    const { trainer } = start();
    const open = () => openCheckpoints(trainer, { dir, every });
    if (every === "5") void open().close();
    else expect(open).toThrow(code("OPTION_INVALID"));
  },
);
