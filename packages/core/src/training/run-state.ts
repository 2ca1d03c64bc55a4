import type { Random } from "../contracts/random.js";
import type { State, Stateful, StatefulOnEngine } from "../contracts/state.js";
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
  readonly generators: Readonly<Record<string, State | undefined>>;
}

/** Returns the state of a run; `prepared`: whether the sampler has read the dataset. */
export async function runState(
  { cursor, calibration, background, stateful, generators }: RunParts,
  prepared: boolean,
): Promise<State> {
  const parts: Record<string, State> = {};
  for (const [role, part] of Object.entries(stateful)) parts[role] = await part.state();
  return {
    version: 2,
    cursor: { ...cursor },
    ...(calibration && { calibration: calibration.state() }),
    prepared,
    scoring: background && { ...background.status() },
    parts,
    generators: Object.fromEntries([...generators].map(([role, random]) => [role, random.state()])),
  };
}

/** Takes up a run where it was; returns whether the sampler has read the dataset. @throws STATE_INCOMPATIBLE */
export async function restoredRun(
  { cursor, calibration, background, stateful, generators }: RunParts,
  state: State,
): Promise<boolean> {
  const saved = restored<Saved>(state, 2, "the trainer");
  if (saved.scoring !== undefined) await background?.resume(saved.scoring);
  for (const [role, part] of Object.entries(stateful))
    await part.restore(saved.parts[role] ?? { version: 0 });
  for (const [role, random] of generators) random.restore(saved.generators[role] ?? { version: 0 });
  Object.assign(cursor, saved.cursor);
  if (saved.calibration !== undefined) calibration?.restore(saved.calibration);
  return saved.prepared;
}
