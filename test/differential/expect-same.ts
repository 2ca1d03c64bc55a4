import { expect } from "vitest";
import type { DifferentialCase, Recorded } from "./differential-case.js";
import { expectNear } from "./near.js";
import type { Call, Outcome } from "./run-program.js";

type Differing = NonNullable<DifferentialCase["differing"]>;

function compared(columns: readonly string[], differing: Differing): string[] {
  return columns.filter((name) => !(name in differing)).sort();
}

function expectSameRecord(found: Recorded, wanted: Recorded, differing: Differing): void {
  expect(found.epoch, "numbers of epochs").toEqual(wanted.epoch);
  const names = compared(Object.keys(wanted.history), differing);
  expect(compared(Object.keys(found.history), differing), "columns").toEqual(names);
  for (const name of names)
    expectNear(found.history[name] ?? [], wanted.history[name] ?? [], `history.${name}`);
}

/** `fit` of TensorFlow.js tells nothing at the beginning of a batch: the difference "batch-begin-logs". */
function toldAlike({ name }: Call): boolean {
  return name !== "onBatchBegin";
}

function expectSameCalls(
  found: readonly Call[],
  wanted: readonly Call[],
  differing: Differing,
): void {
  const order = (calls: readonly Call[]) => calls.map(({ name, at }) => `${name} ${at ?? ""}`);
  expect(order(found), "calls of callbacks").toEqual(order(wanted));
  for (const [at, call] of wanted.entries()) {
    if (!toldAlike(call)) continue;
    const logs = found[at]?.logs ?? {};
    const names = compared(Object.keys(call.logs), differing);
    const what = `logs of call ${at}, ${call.name}`;
    expect(compared(Object.keys(logs), differing), what).toEqual(names);
    for (const name of names)
      expectNear([logs[name] as number], [call.logs[name] as number], `${what}: ${name}`);
  }
}

function expectSameTensors(
  found: readonly Float32Array[],
  wanted: readonly Float32Array[],
  what: string,
): void {
  expect(found.length, `number of ${what}`).toBe(wanted.length);
  wanted.forEach((values, at) => {
    expectNear(found[at] ?? [], values, `${what}[${at}]`);
  });
}

/** Expects two programs to have left the same behind, but for columns that differ on purpose. */
export function expectSame(found: Outcome, wanted: Outcome, differing: Differing = {}): void {
  expect(found.records.length, "number of fits").toBe(wanted.records.length);
  wanted.records.forEach((record, at) => {
    expectSameRecord(found.records[at] as Recorded, record, differing);
  });
  expectSameCalls(found.calls, wanted.calls, differing);
  expectSameTensors(found.weights, wanted.weights, "weights");
  expectSameTensors(found.optimizer, wanted.optimizer, "optimizer");
  expect(found.leftover, "tensors left behind").toBeLessThanOrEqual(Math.max(0, wanted.leftover));
}
