import { createTrainer, setUpPart, systemClock, type Reporter, type Trainer } from "@unequal/core";
import { describeConfig } from "../config/describe-config.js";
import { loadConfig } from "../config/load-config.js";
import { checkEvaluated } from "../fit/check-evaluated.js";
import { resolveConfig } from "../config/resolve-config.js";
import { suitConfig, type SuitedConfig } from "../config/suit-config.js";
import type { UnequalConfig } from "../options/command-options.js";
import { trainerPart } from "../options/training-options.js";
import { jsonLines } from "../reporters/json-lines.js";
import type { LiveLine } from "../reporters/live-line.js";
import { plainLines } from "../reporters/plain-lines.js";
import { progressBar } from "../reporters/progress-bar.js";
import { tellChoices } from "../reporters/tell-choices.js";
import { tellLowered } from "../reporters/tell-lowered.js";
import { trackRun } from "../reporters/track-run.js";
import { announceEngine } from "../runs/announce-engine.js";
import { attend, trainWithin } from "../runs/attend-run.js";
import { buildLearner, type BuiltLearner } from "../runs/build-learner.js";
import { conclude } from "../runs/conclude-run.js";
import { loadRunConfig } from "../runs/load-run.js";
import { openOutputFolder, type OutputFolder } from "../runs/output-folder.js";
import type { Run } from "../runs/run.js";
import { liveLineOf } from "../runs/show-reading.js";
import type { Terminal } from "../text/terminal.js";
import { writeLine } from "../text/write-line.js";

/** What `unequal train` is asked for. */
export interface TrainRequest {
  /** The configuration file that was named, if one was. */
  readonly config: string | undefined;
  readonly flags: UnequalConfig;
  /** The folder of the run to go on with. */
  readonly resume: string | undefined;
  /** Go on although flags change the run. */
  readonly allowChanges: boolean;
  /** Replace the run that is in the folder. */
  readonly overwrite: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
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
  const { trainer, out, described } = run;
  // what a former run left is gone before this one opens files
  if (request.resume === undefined) out?.begin(described);
  const reporters = reportersOf(run, request);
  try {
    const attendance = await attend(run, reporters, request);
    try {
      for (const reporter of reporters) reporter.attach(trainer.events);
      announce(run);
      // what is there was saved under other settings
      if (request.allowChanges) await attendance.checkpoints?.saveOrWarn();
      await trainWithin(run, attendance, terminal.interruption);
      const result = await conclude(run, attendance.test, terminal.interruption.aborted);
      if (request.json) terminal.stdout.write(`${JSON.stringify(result)}\n`);
    } finally {
      await attendance.checkpoints?.close();
    }
  } finally {
    for (const reporter of reporters) await reporter.close();
  }
}

/** Loads the configuration of a run: a new one, or that of the folder that goes on. */
async function configOf({ folder }: Terminal, { resume, config, flags }: TrainRequest) {
  const loaded =
    resume === undefined ? await loadConfig(folder, config) : await loadRunConfig(resume, folder);
  const resolved = await resolveConfig(loaded, flags, folder);
  // the file of a run does not extend itself, but what it extended
  const origin = resume === undefined ? loaded : { ...loaded, file: loaded.extended };
  return { origin, resolved };
}

/** Takes the folder of a run, if it has one. */
function folderOf(
  { folder }: Terminal,
  { resume, overwrite }: TrainRequest,
  name: string | undefined,
): OutputFolder | undefined {
  if (resume !== undefined) return openOutputFolder(resume, folder, "resume");
  if (name === undefined) return undefined;
  return openOutputFolder(name, folder, overwrite ? "overwrite" : "new");
}

/**
 * Trains as a configuration and flags say, and shows what became of it.
 * @throws every coded error of configuration, data, model and training
 */
export async function train(terminal: Terminal, request: TrainRequest): Promise<void> {
  const { origin, resolved } = await configOf(terminal, request);
  const out = folderOf(terminal, request, resolved.out);
  try {
    const built = await buildLearner(resolved);
    try {
      checkEvaluated(built.learner, built.splits.test, "the test split");
      const { learner, splits } = built;
      const { config, warning } = suitConfig(resolved, { learner, dataset: splits.train });
      const trainer = composeTrainer(config, built);
      const tracker = trackRun(trainer.events);
      const live = request.quiet ? undefined : liveLineOf(terminal);
      const say = sayTo(terminal, request, live);
      const described = describeConfig(config, origin, out?.path ?? terminal.folder);
      announceEngine(built.engine, say, request.verbose);
      try {
        const run = { config, built, trainer, out, described, tracker, live, say, warning };
        await runToEnd(run, terminal, request);
      } catch (error) {
        out?.fail(error);
        throw error;
      } finally {
        await trainer.dispose();
      }
    } finally {
      await built.dispose();
    }
  } finally {
    out?.close();
  }
}
