import type { Trainer } from "@unequal/core";
import type { SuitedConfig } from "../config/suit-config.js";
import type { LiveLine } from "../reporters/live-line.js";
import type { RunTracker } from "../reporters/track-run.js";
import type { BuiltLearner } from "./build-learner.js";
import type { OutputFolder } from "./output-folder.js";

/** A run while it goes on. */
export interface Run {
  readonly config: SuitedConfig["config"];
  readonly built: BuiltLearner;
  readonly trainer: Trainer;
  readonly out: OutputFolder | undefined;
  /** The configuration as `config.json` has it. */
  readonly described: Readonly<Record<string, unknown>>;
  readonly tracker: RunTracker;
  /** On a terminal, unless all is to be quiet. */
  readonly live: LiveLine | undefined;
  /** Writes a line for people. */
  readonly say: (line: string) => void;
  /** What to tell of the choice of parts. */
  readonly warning: string | undefined;
}
