import type { Dataset, Evaluation } from "@unequal/core";
import { summary } from "../reporters/summary.js";
import type { Run } from "./run.js";
import { showReading } from "./show-reading.js";
import type { TestLooks } from "./test-looks.js";
import { resultOf, type TrainResult } from "./train-result.js";

async function evaluateBoth(
  run: Run,
): Promise<{ readonly train: Evaluation; readonly test: Evaluation | undefined }> {
  const { trainer, built, say } = run;
  const { train, test } = built.splits;
  const sizes = [train, test].map((split) => (split?.size ?? 0).toLocaleString("en-US"));
  say(`Evaluating on ${sizes[0]} training and ${sizes[1]} test examples.`);
  const evaluate = (split: string, name: string, dataset: Dataset): Promise<Evaluation> =>
    showReading(run, { what: `${name} examples`, dataset }, (followed) =>
      trainer.evaluate(split, followed),
    );
  return {
    train: await evaluate("train", "training", train),
    test: test && (await evaluate("test", "test", test)),
  };
}

/** Shows what became of a run that has ended, and sums it up for programs. */
export async function conclude(
  run: Run,
  { looks }: TestLooks,
  interrupted: boolean,
): Promise<TrainResult> {
  const { config, built, out, tracker, say } = run;
  const facts = { config, figures: tracker.figures(), interrupted };
  // one that can go on is to stop at once
  if (interrupted && out !== undefined) {
    out.finish(await built.learner.exportModel());
    const step = facts.figures.step.toLocaleString("en-US");
    say(`Stopped after step ${step}. Go on with: unequal train --resume ${out.name}`);
    return resultOf({ ...facts, train: undefined, test: undefined });
  }
  const evaluations = await evaluateBoth(run);
  out?.finish(await built.learner.exportModel());
  for (const line of summary({ ...facts, ...evaluations, looks: looks() })) say(line);
  if (out)
    say(`Written to ${out.name}: events.jsonl, config.json, run.json, checkpoints and the model.`);
  return resultOf({ ...facts, ...evaluations });
}
