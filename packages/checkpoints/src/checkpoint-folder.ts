import { existsSync, readdirSync, renameSync, rmdirSync, rmSync } from "node:fs";
import path from "node:path";
import { isUnequalError, reasonOf, UnequalError, type State } from "@unequal/core";
import { readAbout, readStateFile, writeStateFile } from "./format/state-file.js";
import { LOCK } from "./files/lock-folder.js";
import { PART } from "./files/replace-file.js";

const NAME = /^step-(\d+)\.safetensors$/;
/** What the name of a file that cannot be read ends with from then on. */
const BROKEN = ".broken";
/** Digits of a step in a name, so that names sort as steps do. */
const DIGITS = 9;

/** A checkpoint in a folder. */
interface SavedCheckpoint {
  readonly step: number;
  /** Absolute. */
  readonly file: string;
  /** The loss on the validation data at that time; undefined where there was none. */
  readonly validation: number | undefined;
}

/** A checkpoint that could not be read, and why. */
export interface BrokenCheckpoint {
  /** Where it is now. */
  readonly file: string;
  readonly reason: string;
  /** What to tell the user. */
  readonly message: string;
}

type Broken = Pick<BrokenCheckpoint, "file" | "reason">;

/** What was found of the newest checkpoint that is whole. */
interface FoundCheckpoint extends SavedCheckpoint {
  readonly state: State;
}

/** Lists the checkpoints of a folder by their names, newest first. */
function listed(folder: string): readonly { readonly step: number; readonly file: string }[] {
  return readdirSync(folder)
    .flatMap((name) => {
      const step = NAME.exec(name)?.[1];
      return step === undefined ? [] : [{ step: Number(step), file: path.join(folder, name) }];
    })
    .sort((a, b) => b.step - a.step);
}

/** Removes what a process was writing when it ended. */
function removeParts(folder: string): void {
  for (const name of readdirSync(folder))
    if (name.endsWith(PART) && NAME.test(name.slice(0, -PART.length)))
      rmSync(path.join(folder, name), { force: true });
}

/** Removes the checkpoints of a former run, whole or not, and the folder if nothing else is in it. */
export function removeCheckpoints(folder: string): void {
  if (!existsSync(folder)) return;
  removeParts(folder);
  for (const name of readdirSync(folder))
    if (NAME.test(name.endsWith(BROKEN) ? name.slice(0, -BROKEN.length) : name) || name === LOCK)
      rmSync(path.join(folder, name), { force: true });
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}

function validationOf({ validation }: Readonly<Record<string, string>>): number | undefined {
  return validation === undefined ? undefined : Number(validation);
}

/** The checkpoints of one run: the latest `keep`, and the one with the least loss on the validation data. */
export interface CheckpointFolder {
  readonly isEmpty: () => boolean;
  /** Saves one; the others go once it is there. Returns its file and size in bytes. */
  readonly write: (
    checkpoint: Pick<FoundCheckpoint, "step" | "validation" | "state">,
  ) => Promise<{ readonly file: string; readonly bytes: number }>;
  /**
   * Reads the newest that is whole, and puts newer ones aside that are not; undefined where there is none at all.
   * @throws CHECKPOINT_INVALID where none is whole, and all stay as they are; STATE_INCOMPATIBLE, OUTPUT_FAILED where a newer one is
   *   of another version, or cannot be read
   */
  readonly readNewest: () => Promise<{
    readonly found: FoundCheckpoint | undefined;
    readonly broken: readonly BrokenCheckpoint[];
  }>;
}

/** The validation loss of each checkpoint, by step. */
type Losses = Map<number, number | undefined>;

function bestOf(losses: Losses): number | undefined {
  return [...losses].reduce<number | undefined>((least, [step, loss]) => {
    if (loss === undefined || Number.isNaN(loss)) return least;
    return least === undefined || loss < (losses.get(least) as number) ? step : least;
  }, undefined);
}

function prune(
  folder: string,
  losses: Losses,
  { keep, written }: { readonly keep: number; readonly written: number },
): void {
  const best = bestOf(losses);
  for (const { step, file } of listed(folder).slice(keep)) {
    if (step === best || step === written) continue;
    rmSync(file, { force: true });
    losses.delete(step);
  }
}

function noneWhole(folder: string, broken: readonly Broken[]): UnequalError {
  return new UnequalError(
    "CHECKPOINT_INVALID",
    `No checkpoint in ${folder} is whole: ${broken.map(({ reason }) => reason).join(" ")}`,
  );
}

/** Puts a checkpoint aside that is not whole. */
function putAside({ file, reason }: Broken): BrokenCheckpoint {
  const aside = `${file}${BROKEN}`;
  renameSync(file, aside);
  const message = `${reason} It is now ${aside}, and the one before is used.`;
  return { file: aside, reason, message };
}

/** Reads the newest that is whole, if any is, and lists newer ones that are not. */
async function newestWhole(folder: string) {
  const broken: Broken[] = [];
  for (const { step, file } of listed(folder)) {
    try {
      const { state, about } = await readStateFile(file);
      return { broken, found: { step, file, state, validation: validationOf(about) } };
    } catch (error) {
      if (!isUnequalError(error) || error.code !== "CHECKPOINT_INVALID") throw error;
      broken.push({ file, reason: reasonOf(error) });
    }
  }
  return { broken, found: undefined };
}

/** Opens a folder that is there for the checkpoints of a run. */
export function openCheckpointFolder(folder: string, keep: number): CheckpointFolder {
  removeParts(folder);
  const losses: Losses = new Map();
  return {
    isEmpty: () => listed(folder).length === 0,
    write: async ({ step, validation = losses.get(step), state }) => {
      const name = `step-${String(step).padStart(DIGITS, "0")}.safetensors`;
      const file = path.join(folder, name);
      const about = validation === undefined ? {} : { validation: String(validation) };
      const bytes = await writeStateFile(file, { state, about: { step: String(step), ...about } });
      losses.set(step, validation);
      prune(folder, losses, { keep, written: step });
      return { file, bytes };
    },
    readNewest: async () => {
      const { found, broken } = await newestWhole(folder);
      if (found === undefined && broken.length > 0) throw noneWhole(folder, broken);
      const aside = broken.map(putAside);
      for (const { step, file } of listed(folder))
        losses.set(step, validationOf((await readAbout(file)) ?? {}));
      return { found, broken: aside };
    },
  };
}
