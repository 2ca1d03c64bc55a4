import {
  restored,
  UnequalError,
  type Plain,
  type State,
  type Stateful,
  type StatefulOnEngine,
  type Trainer,
} from "@unequal/core";
import { differences } from "./differences.js";

/** What is saved with a trainer, by name. */
export type Companions = Readonly<Record<string, Stateful | StatefulOnEngine>>;

interface Saved {
  readonly settings: Readonly<Record<string, Plain>>;
  readonly trainer: State;
  readonly companions: Readonly<Record<string, State>>;
}

/** The run of one trainer, with what goes with it. */
export interface Run {
  readonly trainer: Trainer;
  readonly companions: Companions;
  readonly settings: Readonly<Record<string, Plain>>;
}

/** Copies all that the run depends on. */
export async function stateOf({ trainer, companions, settings }: Run): Promise<State> {
  const states: Record<string, State> = {};
  for (const [name, companion] of Object.entries(companions))
    states[name] = await companion.state();
  return { version: 1, settings, trainer: await trainer.state(), companions: states };
}

/** @throws RUN_CHANGED where settings are others than those that were saved */
function checkSettings(saved: Saved["settings"], { settings }: Run): void {
  const changed = differences(saved, settings);
  if (changed.length === 0) return;
  throw new UnequalError(
    "RUN_CHANGED",
    `A run must go on as it began, but ${changed.join("; ")}. Leave the changes out, or allow them.`,
  );
}

/** Restores what goes along; what a changed run has and the saved one had not begins as it is. */
async function restoreCompanions(
  present: Companions,
  saved: Saved["companions"],
  allowChanges: boolean,
): Promise<void> {
  for (const [name, companion] of Object.entries(present)) {
    const state = saved[name];
    if (state !== undefined) await companion.restore(state);
    else if (!allowChanges)
      throw new UnequalError(
        "STATE_INCOMPATIBLE",
        `The checkpoint must have a state for "${name}", but has none. Leave it out, or train again.`,
      );
  }
}

/** Takes the run up where it was saved. @throws RUN_CHANGED, STATE_INCOMPATIBLE */
export async function restoreRun(run: Run, state: State, allowChanges: boolean): Promise<void> {
  const { settings, trainer, companions } = restored<Saved>(state, 1, "the run");
  if (!allowChanges) checkSettings(settings, run);
  await run.trainer.restore(trainer);
  await restoreCompanions(run.companions, companions, allowChanges);
}
