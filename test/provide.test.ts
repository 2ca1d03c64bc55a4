import {
  always,
  createTrainer,
  fixed,
  TOKENS,
  wrap,
  type Clock,
  type Provision,
  type Scorer,
  type StepReport,
  type TrainerOptions,
} from "@unequal/core";
import { toyDataset, toyLearner } from "@unequal/core/testing";
import { plain, proportional, unbiased, upperBound } from "@unequal/samplers";
import { expect, expectTypeOf, test } from "vitest";

const NAMES = Object.keys(TOKENS) as (keyof typeof TOKENS)[];

function options(provide?: readonly Provision[]): TrainerOptions {
  return {
    learner: toyLearner({ learningRate: 0.3 }),
    dataset: toyDataset(),
    sampler: proportional(),
    scorer: upperBound(),
    weighting: unbiased(),
    estimator: plain(),
    gate: always(),
    sizer: fixed(),
    ...{ batchSize: 4, presample: 12 },
    ...(provide && { provide }),
  };
}

/** Losses of each step, and what the run leaves. */
async function run(provide?: readonly Provision[]) {
  const trainer = createTrainer(options(provide));
  const reports: StepReport[] = [];
  await trainer.run({ updates: 8, afterStep: (report) => void reports.push(report) });
  const { parts, generators } = await trainer.state();
  await trainer.dispose();
  return { losses: reports.map(({ loss }) => loss), parts, generators };
}

test("every token can be wrapped, once for each trainer, and what returns it changes nothing", async () => {
  const wrapped: string[] = [];
  const note = <K extends keyof typeof TOKENS>(name: K) =>
    wrap(TOKENS[name] as (typeof TOKENS)["clock"], (inner) => {
      expect(inner, name).toBeTypeOf("object");
      wrapped.push(name);
      return inner;
    });
  const usual = await run();
  expect(await run(NAMES.map(note))).toEqual(usual);
  expect(wrapped.sort()).toEqual([...NAMES].sort());
});

test("the types of what is wrapped follow from the token", () => {
  wrap(TOKENS.scorer, (inner) => {
    expectTypeOf(inner).toEqualTypeOf<Scorer | undefined>();
    return inner;
  });
  // @ts-expect-error: a number is no clock
  expect(() => createTrainer(options([[TOKENS.clock, 5]]))).toThrow();
  // @ts-expect-error: a clock is no scorer
  expect(wrap(TOKENS.scorer, () => ({ now: () => 0 })).token).toBe(TOKENS.scorer);
});

test("what is wrapped takes part: a scorer by whose scores rows are drawn", async () => {
  const only = (id: number) =>
    wrap(TOKENS.scorer, (inner) => ({
      ...(inner as Scorer),
      score: ({ ids }) => Float32Array.from(ids, (each) => (each === id ? 1 : 0)),
    }));
  const trainer = createTrainer(options([only(1), only(3)]));
  const drawn = new Set<number>();
  trainer.events.on("batch:scored", ({ ids, scores }) =>
    ids.forEach((id, row) => (scores[row] as number) > 0 && drawn.add(id)),
  );
  await trainer.run({ epochs: 1 });
  await trainer.dispose();
  expect([...drawn], "the later one is around the earlier").toEqual([3]);
});

test("a wrapping is around what was provided before it, and what comes after replaces both", () => {
  const seen: string[] = [];
  const named = (name: string): Clock & { readonly name: string } => ({ name, now: () => 0 });
  const around = (name: string) =>
    wrap(TOKENS.clock, (inner) => {
      seen.push(`${name} around ${(inner as ReturnType<typeof named>).name}`);
      return named(name);
    });
  createTrainer(options([[TOKENS.clock, named("a")], around("b"), around("c")]));
  expect(seen).toEqual(["b around a", "c around b"]);
  seen.length = 0;
  createTrainer(options([around("b"), [TOKENS.clock, named("a")]]));
  expect(seen).toEqual([]);
});

test("a binding that is replaced is not made, so its generator is not saved", async () => {
  const order = (await run()).generators as Record<string, unknown>;
  expect(Object.keys(order)).toContain("order");
  const trainer = createTrainer(
    options([
      [
        TOKENS.order,
        {
          next: (count) => ({ ids: new Uint32Array(count), keys: new Uint32Array(count) }),
          peek: (count) => ({ ids: new Uint32Array(count), keys: new Uint32Array(count) }),
          passes: () => 0,
          state: () => ({ version: 1 }),
          restore: () => {},
        },
      ],
    ]),
  );
  const { generators } = await trainer.state();
  expect(Object.keys(generators as object)).not.toContain("order");
});

test.each<[string, unknown, RegExp]>([
  ["no list", { clock: 1 }, /`provide` must be a list/],
  ["no pair", [[TOKENS.clock]], /`provide\[0\]` must be `\[TOKENS.name, value\]` or `wrap\(/],
  ["null", [null], /`provide\[0\]` must be/],
  ["no token", [["clock", {}]], /must name a token, but names clock. There are TOKENS.clock, /],
  [
    "a function without wrap",
    [[TOKENS.scorer, () => ({})]],
    /TOKENS.scorer must be bound to an object, but `provide\[0\]` gives a function. .*`wrap\(TOKENS.scorer, \(inner\) => value\)`/,
  ],
  ["nothing", [[TOKENS.clock, undefined]], /TOKENS.clock must be bound to an object.*undefined/],
  ["a promise", [[TOKENS.clock, Promise.resolve({})]], /gives a promise/],
  ["a wrapping without function", [wrap(TOKENS.clock, 1 as never)], /`provide\[0\]` must be/],
  [
    "a wrapping that returns nothing",
    [wrap(TOKENS.scoring, (() => {}) as never)],
    /wrap\(TOKENS.scoring, …\) must return what is bound instead, an object, but returned undefined/,
  ],
])("provide: %s is refused", (_, provide, message) => {
  expect(() => createTrainer(options(provide as never))).toThrow(
    expect.objectContaining({
      code: "OPTION_INVALID",
      message: expect.stringMatching(message) as string,
    }) as Error,
  );
});

test("a gate around nothing is refused: a whole scheduler decides by itself", () => {
  const { gate: _, sizer: __, ...rest } = options();
  const provide = [wrap(TOKENS.gate, (inner) => inner)];
  const scheduler = { name: "x", kind: "scheduler" } as never;
  expect(() => createTrainer({ ...rest, scheduler, provide })).toThrow(
    expect.objectContaining({ code: "OPTION_INVALID" }) as Error,
  );
});
