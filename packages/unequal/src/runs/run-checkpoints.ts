import { openCheckpoints, type Checkpoints, type Companions } from "@unequal/checkpoints";
import { remembers, type Plain, type Reporter, type Trainer } from "@unequal/core";
import type { RunConfig } from "../config/resolve-config.js";
import type { OutputFolder } from "./output-folder.js";

/** Keys of a configuration that may change where a run goes on: they change nothing of it, but for rounding. */
const FREE: ReadonlySet<string> = new Set(["backend", "checkpointEvery", "extends", "plugins"]);

/** What the checkpoints of the command hold. */
interface SavedRun {
  readonly config: Pick<RunConfig, "checkpointEvery">;
  /** The configuration as it is written. */
  readonly described: Readonly<Record<string, unknown>>;
  readonly trainer: Trainer;
  readonly companions: Companions;
  readonly reporters: readonly Reporter[];
}

/** Reporters that have a state, by their places. */
function remembering(reporters: readonly Reporter[]): Companions {
  const entries = reporters.flatMap((each, at) =>
    remembers(each) ? [[`reporter/${at}`, each] as const] : [],
  );
  return Object.fromEntries(entries);
}

/** Opens the checkpoints of a run of the command. @throws FOLDER_LOCKED, OUTPUT_FAILED */
export function runCheckpoints(
  { checkpoints: dir }: OutputFolder,
  { config, described, trainer, companions, reporters }: SavedRun,
): Checkpoints {
  const settings = Object.entries(described).filter(([key]) => !FREE.has(key));
  return openCheckpoints(trainer, {
    dir,
    every: config.checkpointEvery,
    companions: { ...companions, ...remembering(reporters) },
    settings: Object.fromEntries(settings) as Record<string, Plain>,
  });
}

/** Takes the run up, and says where. @throws CHECKPOINT_INVALID, RUN_CHANGED, STATE_INCOMPATIBLE */
export async function resumeRun(
  checkpoints: Checkpoints,
  allowChanges: boolean,
  say: (line: string) => void,
): Promise<void> {
  const resumed = await checkpoints.resume({ allowChanges });
  for (const { message } of resumed?.broken ?? []) say(`warning: CHECKPOINT_INVALID ${message}`);
  say(
    resumed === undefined
      ? "There is no checkpoint yet, so the run starts from its beginning."
      : `Goes on from step ${resumed.step.toLocaleString("en-US")}.`,
  );
}
