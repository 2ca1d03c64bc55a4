import { expect, test } from "vitest";
import { toyDataset } from "./toy-dataset.js";
import { toyLearner, type ToyLearnerOptions } from "./toy-learner.js";

const failed = expect.objectContaining({ code: "SCORING_FAILED" }) as Error;

async function setUp(replica: ToyLearnerOptions["replica"] & object) {
  const learner = toyLearner({ replica });
  const copy = (await learner.replicate?.(toyDataset())) ?? expect.fail();
  const ask = (id = 5) =>
    copy.compute({ ids: Uint32Array.of(id), keys: Uint32Array.of(0), signals: ["loss"] });
  return { learner, copy, ask };
}

test("a slow replica answers in order, at the parameters of when it was asked", async () => {
  const gates: (() => void)[] = [];
  const delay = () => new Promise<void>((resolve) => void gates.push(resolve));
  const { copy, ask } = await setUp({ delay });
  const open = async (): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve));
    gates.shift()?.();
  };
  copy.publish(1);
  const answers = [ask(), ask()];
  await new Promise((resolve) => setTimeout(resolve));
  expect(gates.length).toBe(1);
  copy.publish(2);
  answers.push(ask());
  for (const _ of answers) await open();
  const found = await Promise.all(answers);
  expect(found.map(({ scoredAt }) => scoredAt)).toEqual([1, 1, 2]);
});

test("a replica that fails fails one request, and so does its dataset", async () => {
  const says = [true, false, false, false];
  const { learner, copy, ask } = await setUp({ fail: () => says.shift() ?? false });
  copy.publish(1);
  await expect(ask()).rejects.toThrow(failed);
  expect((await ask()).scoredAt).toBe(1);
  await expect(ask(1000)).rejects.toThrow(failed);
  expect((await ask()).signals.loss?.length).toBe(1);
  expect(learner.alive()).toBe(1);
  await copy.dispose();
  expect(learner.alive()).toBe(0);
});

test("dispose fails a request that hangs", async () => {
  const { copy, ask } = await setUp({ delay: () => new Promise(() => {}) });
  copy.publish(1);
  const answers = [ask(), ask()];
  await copy.dispose();
  for (const answer of answers) await expect(answer).rejects.toThrow(failed);
});
