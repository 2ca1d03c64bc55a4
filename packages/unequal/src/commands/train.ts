import {
  createTrainer,
  setUpPart,
  systemClock,
  type Dataset,
  type Evaluation,
  type Reporter,
  type Trainer,
} from "@unequal/core";
import { describeConfig } from "../config/describe-config.js";
import { loadConfig } from "../config/load-config.js";
import { checkEvaluated } from "../fit/check-evaluated.js";
import { resolveConfig } from "../config/resolve-config.js";
import { suitConfig, type SuitedConfig } from "../config/suit-config.js";
import type { UnequalConfig } from "../options/command-options.js";
import { trainerPart } from "../options/training-options.js";
import { openOutputFolder, type OutputFolder } from "../runs/output-folder.js";
import { jsonLines } from "../reporters/json-lines.js";
import type { LiveLine } from "../reporters/live-line.js";
import { plainLines } from "../reporters/plain-lines.js";
import type { Look } from "../reporters/past-best.js";
import { progressBar } from "../reporters/progress-bar.js";
import { summary } from "../reporters/summary.js";
import { tellChoices } from "../reporters/tell-choices.js";
import { tellLowered } from "../reporters/tell-lowered.js";
import { trackRun, type RunFigures } from "../reporters/track-run.js";
import type { Terminal } from "../text/terminal.js";
import { writeLine } from "../text/write-line.js";
import { announceEngine } from "../runs/announce-engine.js";
import { breather } from "../runs/breather.js";
import { buildLearner, type BuiltLearner } from "../runs/build-learner.js";
import { learningRateFollower } from "../runs/learning-rate-follower.js";
import { liveLineOf, showReading } from "../runs/show-reading.js";
import { testLooks } from "../runs/test-looks.js";
import { resultOf } from "../runs/train-result.js";

/** What `unequal train` is asked for. */
export interface TrainRequest {
  /** The configuration file that was named, if one was. */
  readonly config: string | undefined;
  readonly flags: UnequalConfig;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

/** A run while it goes on. */
interface Run {
  readonly config: SuitedConfig["config"];
  readonly built: BuiltLearner;
  readonly trainer: Trainer;
  readonly out: OutputFolder | undefined;
  readonly figures: () => RunFigures;
  /** On a terminal, unless all is to be quiet. */
  readonly live: LiveLine | undefined;
  /** Writes a line for people. */
  readonly say: (line: string) => void;
  /** What to tell of the choice of parts. */
  readonly warning: string | undefined;
}

/** Makes what writes a line for people, above the live line if there is one. */
function sayTo(
  { stdout, stderr }: Terminal,
  { json, quiet }: TrainRequest,
  live: LiveLine | undefined,
): Run["say"] {
  if (quiet) return () => undefined;
  return (line) => {
    live?.clear();
    writeLine(json ? stderr : stdout, line);
  };
}

function composeTrainer(config: SuitedConfig["config"], built: BuiltLearner): Trainer {
  const { learner, splits } = built;
  const { registry } = config;
  return createTrainer({ ...trainerPart(config), learner, dataset: splits.train, registry });
}

function reportersOf(run: Run, { quiet }: TrainRequest): Reporter[] {
  const { config, trainer, out, live, say } = run;
  const { budget, registry } = config;
  const { updatesPerEpoch } = trainer;
  const limits = { budget, updatesPerEpoch };
  const shown = live
    ? progressBar(live, limits)
    : plainLines(say, { ...limits, clock: systemClock });
  const own = [...(out ? [jsonLines({ file: out.events })] : []), ...config.reporters];
  const files = own.map((part) =>
    setUpPart("reporter", part, { registry, events: trainer.events }),
  );
  return quiet ? files : [...files, shown];
}

/** Trains; returns what the test loss was on the way. */
async function trainWithin(run: Run, interruption: AbortSignal): Promise<readonly Look[]> {
  const { config, trainer, built } = run;
  const test = testLooks(built.learner, built.splits.test);
  const follow = learningRateFollower(built.learner, config.lrSchedule);
  const breathe = breather();
  follow({ ...trainer.progress, done: 0 });
  await trainer.run({
    ...config.budget,
    signal: interruption,
    afterStep: async ({ progress }) => {
      follow(progress);
      await test.follow(progress);
      await breathe();
    },
  });
  return test.looks;
}

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

function announce({ config, trainer, say, warning: message }: Run): void {
  tellChoices(config, say);
  trainer.events.on("warning", ({ code, message }) =>
    say(code === "NOTE" ? `note: ${message}` : `warning: ${code} ${message}`),
  );
  tellLowered(trainer.events, (line) => say(`note: ${line}`));
  trainer.events.on("scoring:switched", ({ mode, reason }) => say(`scoring ${mode}: ${reason}`));
  trainer.events.on("plugin:failed", ({ event, message }) =>
    say(`warning: a listener of ${event} failed: ${message}`),
  );
  if (message === undefined) return;
  trainer.events.emit("warning", () => ({ code: "SIGNAL_UNAVAILABLE", message }));
}

async function runToEnd(run: Run, terminal: Terminal, request: TrainRequest): Promise<void> {
  const { config, trainer, built, out, figures, say } = run;
  const reporters = reportersOf(run, request);
  try {
    for (const reporter of reporters) reporter.attach(trainer.events);
    announce(run);
    const looks = await trainWithin(run, terminal.interruption);
    const evaluations = await evaluateBoth(run);
    out?.finish(await built.learner.exportModel());
    const facts = { config, figures: figures(), ...evaluations };
    const interrupted = terminal.interruption.aborted;
    for (const line of summary({ ...facts, looks, interrupted })) say(line);
    if (out) say(`Written to ${out.name}: events.jsonl, config.json, run.json and the model.`);
    if (request.json) terminal.stdout.write(`${JSON.stringify(resultOf(facts))}\n`);
  } finally {
    for (const reporter of reporters) await reporter.close();
  }
}

/**
 * Trains as a configuration and flags say, and shows what became of it.
 * @throws every coded error of configuration, data, model and training
 */
export async function train(terminal: Terminal, request: TrainRequest): Promise<void> {
  const loaded = await loadConfig(terminal.folder, request.config);
  const resolved = await resolveConfig(loaded, request.flags, terminal.folder);
  const { out: folder } = resolved;
  const out = folder === undefined ? undefined : openOutputFolder(folder, terminal.folder);
  const built = await buildLearner(resolved);
  try {
    checkEvaluated(built.learner, built.splits.test, "the test split");
    const { learner, splits } = built;
    const { config, warning } = suitConfig(resolved, { learner, dataset: splits.train });
    const trainer = composeTrainer(config, built);
    const figures = trackRun(trainer.events);
    const live = request.quiet ? undefined : liveLineOf(terminal);
    const say = sayTo(terminal, request, live);
    announceEngine(built.engine, say, request.verbose);
    try {
      out?.begin(describeConfig(config, loaded, out.path));
      await runToEnd(
        { config, built, trainer, out, figures, live, say, warning },
        terminal,
        request,
      );
    } catch (error) {
      out?.fail(error);
      throw error;
    } finally {
      await trainer.dispose();
    }
  } finally {
    await built.dispose();
  }
}
