import { UnequalError } from "@unequal/core";
import { numberText } from "../reporters/number-text.js";
import type { Terminal } from "../text/terminal.js";
import { writeLine } from "../text/write-line.js";
import { announceEngine } from "../runs/announce-engine.js";
import { buildLearner, type BuiltLearner } from "../runs/build-learner.js";
import { loadRun, readModel } from "../runs/load-run.js";
import { loadWeights } from "../runs/load-weights.js";
import { liveLineOf, showReading } from "../runs/show-reading.js";

/** What `unequal evaluate` is asked for. */
export interface EvaluateRequest {
  readonly folder: string;
  readonly json: boolean;
}

function testSet({ splits }: BuiltLearner): NonNullable<BuiltLearner["splits"]["test"]> {
  if (splits.test !== undefined) return splits.test;
  throw new UnequalError(
    "DATASET_MISSING",
    "The data set has no test split to evaluate on. Give its part one: { train, test }.",
  );
}

/**
 * Evaluates the model of a run on the test set of its configuration.
 * @throws OUTPUT_FAILED, DATASET_MISSING and every coded error of the configuration
 */
export async function evaluate(terminal: Terminal, request: EvaluateRequest): Promise<void> {
  const config = await loadRun(request.folder, terminal.folder);
  const saved = readModel(request.folder, terminal.folder);
  const built = await buildLearner(config);
  announceEngine(built.engine, (line) => writeLine(terminal.stderr, line));
  try {
    loadWeights(built.model, saved);
    const dataset = testSet(built);
    const live = liveLineOf(terminal);
    const { loss, metrics } = await showReading(
      { live },
      { what: "test examples", dataset },
      (followed) => built.learner.evaluate(followed),
    );
    const error = metrics["error"];
    const result = {
      dir: request.folder,
      run: saved.run,
      backend: config.backend.name,
      model: config.model.name,
      dataset: config.dataset.name,
      testLoss: loss,
      testError: error ?? null,
    };
    const share = error === undefined ? "" : `, test error ${(100 * error).toFixed(2)} %`;
    const text = `${result.model} on ${result.dataset}: test loss ${numberText(loss)}${share}.`;
    if (request.json) terminal.stdout.write(`${JSON.stringify(result)}\n`);
    else writeLine(terminal.stdout, text);
  } finally {
    await built.dispose();
  }
}
