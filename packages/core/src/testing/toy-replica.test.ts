import { expect, test } from "vitest";
import { toyDataset } from "./toy-dataset.js";
import { toyLearner, type ToyLearnerOptions } from "./toy-learner.js";

const failed = expect.objectContaining({ code: "SCORING_FAILED" }) as Error;

async function setUp(replica: ToyLearnerOptions["replica"] & object) {
  const learner = toyLearner({ replica });
  const copy = (await learner.replicate?.(toyDataset())) ?? expect.fail();
  const ask = (parameters: "asked" | "newest", id = 5) =>
    copy.compute({
      ids: Uint32Array.of(id),
      keys: Uint32Array.of(0),
      signals: ["loss"],
      parameters,
    });
  return { learner, copy, ask };
}

test("a slow replica answers in order; the newest is what is published when its turn comes", async () => {
  const gates: (() => void)[] = [];
  const delay = () => new Promise<void>((resolve) => void gates.push(resolve));
  const { copy, ask } = await setUp({ delay });
  const open = async (): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve));
    gates.shift()?.();
  };
  copy.publish(1);
  const answers = [ask("newest"), ask("newest"), ask("asked")];
  await new Promise((resolve) => setTimeout(resolve));
  expect(gates.length).toBe(1);
  copy.publish(2);
  for (const _ of answers) await open();
  const found = await Promise.all(answers);
  expect(found.map(({ scoredAt }) => scoredAt)).toEqual([1, 2, 1]);
});

test("a replica that fails fails one request, and so does its dataset", async () => {
  const says = [true, false, false, false];
  const { learner, copy, ask } = await setUp({ fail: () => says.shift() ?? false });
  copy.publish(1);
  await expect(ask("asked")).rejects.toThrow(failed);
  expect((await ask("asked")).scoredAt).toBe(1);
  await expect(ask("asked", 1000)).rejects.toThrow(failed);
  expect((await ask("newest")).signals.loss?.length).toBe(1);
  expect(learner.alive()).toBe(1);
  await copy.dispose();
  expect(learner.alive()).toBe(0);
});

test("dispose fails a request that hangs", async () => {
  const { copy, ask } = await setUp({ delay: () => new Promise(() => {}) });
  copy.publish(1);
  const answers = [ask("asked"), ask("newest")];
  await copy.dispose();
  for (const answer of answers) await expect(answer).rejects.toThrow(failed);
});
