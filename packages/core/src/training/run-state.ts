import type { Random } from "../contracts/random.js";
import type { State, Stateful, StatefulOnEngine } from "../contracts/state.js";
import { UnequalError } from "../errors.js";
import { restored } from "../state/restored.js";
import type { Cursor } from "./budget.js";
import type { BackgroundScoring } from "./scoring/background-scoring.js";
import type { ScoringStatus } from "./scoring/scoring-mode.js";

/** What the state of a run is made of. */
export interface RunParts {
  readonly cursor: Cursor;
  /** Absent where nobody asks for costs. */
  readonly calibration: Stateful | undefined;
  readonly background: Pick<BackgroundScoring, "status" | "resume"> | undefined;
  /** Parts that have a state, by role. */
  readonly stateful: Readonly<Record<string, Stateful | StatefulOnEngine>>;
  /** Every generator that a part was given, by role. */
  readonly generators: ReadonlyMap<string, Random>;
}

interface Saved {
  readonly cursor: Cursor;
  readonly calibration?: State;
  readonly prepared: boolean;
  readonly scoring?: ScoringStatus;
  readonly parts: Readonly<Record<string, State>>;
  readonly generators: Readonly<Record<string, State>>;
}

/** Returns the state of a run; `prepared`: whether the sampler has read the dataset. */
export async function runState(
  { cursor, calibration, background, stateful, generators }: RunParts,
  prepared: boolean,
): Promise<State> {
  const parts: Record<string, State> = {};
  for (const [role, part] of Object.entries(stateful)) parts[role] = await part.state();
  return {
    version: 3,
    cursor: { ...cursor },
    ...(calibration && { calibration: calibration.state() }),
    prepared,
    scoring: background && { ...background.status() },
    parts,
    generators: Object.fromEntries([...generators].map(([role, random]) => [role, random.state()])),
  };
}

/** @throws STATE_INCOMPATIBLE where one of two lists has a name that the other lacks */
function checkNames(what: string, saved: Iterable<string>, present: Iterable<string>): void {
  const [before, now] = [new Set(saved), new Set(present)];
  const gone = [...before].filter((name) => !now.has(name));
  const added = [...now].filter((name) => !before.has(name));
  if (gone.length + added.length === 0) return;
  const told = (names: readonly string[]): string => (names.length > 0 ? names.join(", ") : "none");
  throw new UnequalError(
    "STATE_INCOMPATIBLE",
    `A run must be restored into the parts that it was saved with, but of its ${what} ${told(gone)} ${gone.length === 1 ? "is" : "are"} gone, and ${told(added)} ${added.length === 1 ? "is" : "are"} new. Compose the trainer as before.`,
  );
}

/** Takes up a run where it was; returns whether the sampler has read the dataset. @throws STATE_INCOMPATIBLE */
export async function restoredRun(
  { cursor, calibration, background, stateful, generators }: RunParts,
  state: State,
): Promise<boolean> {
  const saved = restored<Saved>(state, 3, "the trainer");
  checkNames("generators", Object.keys(saved.generators), generators.keys());
  checkNames("states", Object.keys(saved.parts), Object.keys(stateful));
  if (saved.scoring !== undefined) await background?.resume(saved.scoring);
  for (const [role, part] of Object.entries(stateful))
    await part.restore(saved.parts[role] as State);
  for (const [role, random] of generators) random.restore(saved.generators[role] as State);
  Object.assign(cursor, saved.cursor);
  if (saved.calibration !== undefined) calibration?.restore(saved.calibration);
  return saved.prepared;
}
