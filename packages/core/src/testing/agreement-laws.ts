import { describe, expect, test } from "vitest";
import type { Dataset } from "../contracts/dataset.js";
import type { Part } from "../plugin/part.js";
import { Registry } from "../plugin/registry.js";
import { expectClose, type Values } from "./close.js";
import { UNEVEN, readOnce, withLearner, type LearnerRun } from "./learner-run.js";
import { setUpPart } from "./set-up-part.js";

/** An engine whose numbers are compared with those of another. */
export interface AgreementSubject {
  readonly part: Part<"backend">;
  /** The engine that is taken to be right. */
  readonly reference: Part<"backend">;
  /** Makes a model, with the same parameters at each call, on the engine that is started by then. */
  readonly model: () => unknown;
  /** At least eight examples that suit the model. */
  readonly dataset: Dataset;
  /** How far a number may be off, as a share of the largest of its array. */
  readonly tolerance: number;
  readonly disposeModel?: (model: unknown) => void;
}

/** Numbers that an engine computed, by what they are. */
type Account = ReadonlyMap<string, Values>;

const STEPS = 3;

async function accountOf({ learner, batch, gradient, train }: LearnerRun): Promise<Account> {
  const account = new Map<string, Values>();
  const signals = await learner.compute([...learner.signals.keys()], batch);
  for (const [name, values] of Object.entries(signals)) account.set(`signal ${name}`, [values]);
  for (const mode of ["inference", "training"] as const)
    account.set(`gradient, ${mode}`, await gradient(UNEVEN, { mode, regulariser: true }));
  const rows = { batch, rows: Int32Array.of(0, 1, 2) };
  const pulled = await learner.pullback(rows, (z) => z.map((_, at) => Math.cos(at)), {
    noise: 1,
    mode: "inference",
    regulariser: false,
  });
  account.set("pullback", await readOnce(learner, pulled));
  for (let step = 1; step <= STEPS; step++)
    account.set(`parameters after step ${step}`, await train(step));
  return account;
}

async function runOn(part: Part<"backend">, subject: AgreementSubject): Promise<Account> {
  const backend = setUpPart(part, { registry: new Registry([]) }).role;
  await backend.start();
  const model = subject.model();
  let account: Account = new Map();
  const make = () => ({
    learner: backend.learner(model),
    dataset: subject.dataset,
    dispose: () => subject.disposeModel?.(model),
  });
  await withLearner(make, async (run) => {
    account = await accountOf(run);
  });
  await backend.stop?.();
  return account;
}

/** Measures each array by the largest number of its own, not of them all. */
function expectEachClose(found: Values, wanted: Values, tolerance: number, what: string): void {
  expect(found, what).toHaveLength(wanted.length);
  wanted.forEach((values, at) => {
    expectClose([found[at] as ArrayLike<number>], [values], tolerance, `${what}, array ${at}`);
  });
}

/**
 * Holds an engine to the numbers of another: every signal of a model, its gradients in inference and training mode, Jᵀc,
 * and its parameters after each of three steps.
 */
export function describeAgreement(title: string, subject: AgreementSubject): void {
  const { part, reference, tolerance } = subject;
  describe(`backend "${part.name}"`, () => {
    test(`computes for ${title} what ${reference.name} does, to ${tolerance}`, async () => {
      const wanted = await runOn(reference, subject);
      const found = await runOn(part, subject);
      for (const [what, values] of wanted)
        expectEachClose(found.get(what) ?? [], values, tolerance, what);
    });
  });
}
