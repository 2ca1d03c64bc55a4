import { env } from "node:process";
import * as tf from "@tensorflow/tfjs";
import { expect, test } from "vitest";
import { guardMemory } from "../testing/guard-memory.js";
import { RECIPES } from "../testing/mismatch-cases.js";
import { callRecipe } from "../testing/mismatch-recipe.js";
import { drawMismatch, makeInputs, type Mismatch } from "../testing/spoil-inputs.js";
import "../testing/installed.js";

/** How many calls are drawn: `UNEQUAL_MISMATCHES=10000` draws ten times as many. */
const CASES = Number(env.UNEQUAL_MISMATCHES ?? 1000);
const TOLERANCE = 1e-4;

interface Result {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly values: readonly unknown[];
}

type Outcome = readonly Result[] | Error;

/** What ends the engine, or is the mark of memory that is not the kernel's. */
const FATAL = /out of bounds|unreachable|divide by zero|table index/;

function read(tensor: tf.Tensor): Result {
  return { shape: tensor.shape, dtype: tensor.dtype, values: [...tensor.dataSync()] };
}

function attempt(mismatch: Mismatch, inputs: Record<string, tf.Tensor>): Outcome {
  try {
    return callRecipe(mismatch.recipe, inputs, mismatch).map(read);
  } catch (error) {
    return error as Error;
  }
}

/** Runs a call between tensors of known numbers, and expects those, and its own inputs, as they were. */
function runBetween(mismatch: Mismatch): Outcome {
  const title = JSON.stringify(mismatch);
  tf.engine().startScope();
  try {
    const before = tf.fill([64], 7);
    const inputs = makeInputs(mismatch);
    const after = tf.fill([64], 9);
    const kept = Object.entries(inputs).filter(
      ([name, tensor]) => !tensor.isDisposed && !mismatch.recipe.consumed?.includes(name),
    );
    const values = kept.map(([, tensor]) => [...tensor.dataSync()]);
    const outcome = attempt(mismatch, inputs);
    expect([...before.dataSync()], title).toEqual(Array(64).fill(7));
    expect([...after.dataSync()], title).toEqual(Array(64).fill(9));
    expect(
      kept.map(([, tensor]) => [...tensor.dataSync()]),
      title,
    ).toEqual(values);
    return outcome;
  } finally {
    tf.engine().endScope();
  }
}

function runAlone(mismatch: Mismatch): Outcome {
  tf.engine().startScope();
  try {
    return attempt(mismatch, makeInputs(mismatch));
  } finally {
    tf.engine().endScope();
  }
}

function isClose(own: unknown, other: unknown): boolean {
  if (Object.is(own, other) || own === other) return true;
  const [a, b] = [Number(own), Number(other)];
  return Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(b));
}

function expectRight(mismatch: Mismatch, ours: Outcome, theirs: Outcome): void {
  const title = JSON.stringify(mismatch);
  if (ours instanceof Error) {
    expect(ours.name, title).not.toBe("RuntimeError");
    expect(ours.message, title).not.toMatch(FATAL);
    return;
  }
  if (mismatch.recipe.own) {
    expect(mismatch.whole, title).toBe(true);
    return;
  }
  expect(theirs, title).not.toBeInstanceOf(Error);
  const others = theirs as readonly Result[];
  const kinds = (of: readonly Result[]) => of.map(({ shape, dtype }) => ({ shape, dtype }));
  expect(kinds(ours), title).toEqual(kinds(others));
  ours.forEach(({ values }, which) => {
    const wrong = values.filter((value, at) => !isClose(value, others[which]?.values[at]));
    expect(wrong, title).toEqual([]);
  });
}

test(`${CASES} calls with wrong shapes, types or disposed tensors are refused, or as on the cpu engine`, async () => {
  const mismatches = Array.from({ length: CASES }, (_, at) => drawMismatch(at));
  await tf.setBackend("wasm");
  const backend = tf.backend() as tf.KernelBackend & { numDataIds: () => number };
  const writtenOutside = guardMemory(backend);
  const ids = backend.numDataIds();
  const ours = mismatches.map((mismatch) => {
    const outcome = runBetween(mismatch);
    expect(writtenOutside(), JSON.stringify(mismatch)).toEqual([]);
    expect(backend.numDataIds(), JSON.stringify(mismatch)).toBe(ids);
    return outcome;
  });
  await tf.setBackend("cpu");
  const theirs = mismatches.map((mismatch) => (mismatch.recipe.own ? [] : runAlone(mismatch)));
  await tf.setBackend("wasm");
  mismatches.forEach((mismatch, at) => {
    expectRight(mismatch, ours[at] as Outcome, theirs[at] as Outcome);
    // what fits and is refused would be no loss to safety, but to users
    const fit = mismatch.whole && mismatch.recipe.own;
    if (fit) expect(ours[at], JSON.stringify(mismatch)).not.toBeInstanceOf(Error);
  });
  const refused = ours.filter((outcome) => outcome instanceof Error).length;
  console.info(`${CASES} calls of ${RECIPES.length} kernels and layers: ${refused} refused`);
  expect(refused).toBeGreaterThan(CASES / 3);
  expect(refused).toBeLessThan(CASES);
}, 120_000);
