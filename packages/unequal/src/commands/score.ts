import { writeFileSync } from "node:fs";
import path from "node:path";
import { createRandom, scoreDataset, setUpPart, UnequalError, type Dataset } from "@unequal/core";
import { loadConfig } from "../config/load-config.js";
import { resolveConfig, type RunConfig } from "../config/resolve-config.js";
import { messageOf } from "../text/message-of.js";
import { numberText } from "../reporters/number-text.js";
import type { Terminal } from "../text/terminal.js";
import { writeLine } from "../text/write-line.js";
import { announceEngine } from "../runs/announce-engine.js";
import { buildLearner, type BuiltLearner } from "../runs/build-learner.js";
import { loadRun, readModel } from "../runs/load-run.js";
import { loadSplits } from "../runs/load-splits.js";
import { loadWeights } from "../runs/load-weights.js";
import { liveLineOf, showReading } from "../runs/show-reading.js";

/** What `unequal score` is asked for. */
export interface ScoreRequest {
  /** Folders of runs; their scores are averaged. */
  readonly folders: readonly string[];
  /** The name of a scorer, or of a signal. */
  readonly by: { readonly scorer: string } | { readonly signal: string };
  /** A configuration whose training examples are scored, instead of each run's own. */
  readonly data: string | undefined;
  /** Score with the initial weights. */
  readonly initial: boolean;
  readonly out: string;
  readonly json: boolean;
}

/** The examples that are scored, by name. */
interface Scored {
  readonly name: string;
  readonly dataset: Dataset;
}

async function dataOf(
  { data }: ScoreRequest,
  run: { readonly config: RunConfig; readonly built: BuiltLearner },
  folder: string,
): Promise<Scored> {
  if (data === undefined) return { name: run.config.dataset.name, dataset: run.built.splits.train };
  const config = await resolveConfig(await loadConfig(folder, data), {}, folder);
  const { train } = await loadSplits(config, createRandom(config.seed));
  return { name: config.dataset.name, dataset: train };
}

async function scoreRun(
  name: string,
  request: ScoreRequest,
  terminal: Terminal,
): Promise<{ readonly of: string; readonly scores: Float32Array }> {
  const { folder, stderr } = terminal;
  const config = await loadRun(name, folder);
  const saved = request.initial ? undefined : readModel(name, folder);
  const { registry } = config;
  const { by } = request;
  const scorer = "signal" in by ? by.signal : setUpPart("scorer", by.scorer, { registry });
  const built = await buildLearner(config);
  announceEngine(built.engine, (line) => writeLine(stderr, line));
  try {
    if (saved) loadWeights(built.model, saved);
    const { name: of, dataset } = await dataOf(request, { config, built }, folder);
    const scores = await showReading(
      { live: liveLineOf(terminal) },
      { what: `examples scored by ${name}`, dataset },
      (followed) => scoreDataset(built.learner, followed, { by: scorer }),
    );
    return { of, scores };
  } finally {
    await built.dispose();
  }
}

function checkSizes(folders: readonly string[], all: readonly Float32Array[]): void {
  const size = all[0]?.length;
  const other = all.findIndex(({ length }) => length !== size);
  if (other < 0) return;
  throw new UnequalError(
    "DATASET_INVALID",
    `Scores of several runs can be averaged only over the same examples, but ${folders[0]} has ${size} and ${folders[other]} ${all[other]?.length}. Name one data set for all with --data.`,
  );
}

/** Writes numbers as a JSON array, with the nine digits that tell one float from the next. */
function write(out: string, scores: Float64Array, folder: string): void {
  const text = Array.from(scores, (score) => Number(score.toPrecision(9))).join(",\n");
  try {
    writeFileSync(path.resolve(folder, out), `[${text}]\n`);
  } catch (error) {
    throw new UnequalError(
      "OUTPUT_FAILED",
      `The file ${out} cannot be written: ${messageOf(error)}. Choose another with --out.`,
      { cause: error },
    );
  }
}

/**
 * Scores every training example by the models of finished runs, and writes the mean over the runs as a JSON array: what
 * the signal `by-id` reads.
 *
 * @throws OUTPUT_FAILED, SIGNAL_UNAVAILABLE, SCORE_NOT_FINITE, DATASET_INVALID and every coded error of the configurations
 */
export async function score(terminal: Terminal, request: ScoreRequest): Promise<void> {
  const { folders, by, out } = request;
  const runs: Awaited<ReturnType<typeof scoreRun>>[] = [];
  for (const name of folders) runs.push(await scoreRun(name, request, terminal));
  const all = runs.map(({ scores }) => scores);
  checkSizes(folders, all);
  const mean = Float64Array.from(
    all[0] ?? [],
    (_, id) => all.reduce((sum, scores) => sum + (scores[id] as number), 0) / all.length,
  );
  write(out, mean, terminal.folder);
  const result = {
    runs: folders,
    by: "signal" in by ? by.signal : by.scorer,
    dataset: runs[0]?.of ?? null,
    examples: mean.length,
    mean: mean.reduce((sum, each) => sum + each, 0) / mean.length,
    least: mean.reduce((least, each) => Math.min(least, each), Infinity),
    most: mean.reduce((most, each) => Math.max(most, each), -Infinity),
    out,
  };
  const count = `${result.examples.toLocaleString("en-US")} examples of ${result.dataset}`;
  const averaged = folders.length === 1 ? "one run" : `mean over ${folders.length} runs`;
  const range = `${numberText(result.least)} to ${numberText(result.most)}, mean ${numberText(result.mean)}`;
  const text = `${result.by} of ${count}, ${averaged}: ${range}. Written to ${out}.`;
  if (request.json) terminal.stdout.write(`${JSON.stringify(result)}\n`);
  else writeLine(terminal.stdout, text);
}
