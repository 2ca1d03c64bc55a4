import { readdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { reasonOf, type State } from "@unequal/core";
import { readStateFile, writeStateFile } from "../format/state-file.js";
import { PART } from "./replace-file.js";

const NAME = /^step-(\d+)\.safetensors$/;
/** What the name of a file that cannot be read ends with from then on. */
const BROKEN = ".broken";
/** Digits of a step in a name, so that names sort as steps do. */
const DIGITS = 9;

/** A checkpoint in a folder. */
export interface SavedCheckpoint {
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
}

/** What was found of the newest checkpoint that is whole. */
export interface FoundCheckpoint extends SavedCheckpoint {
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
    if (name.endsWith(PART)) rmSync(path.join(folder, name), { force: true });
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
  /** Reads the newest that is whole, and puts those aside that are not. */
  readonly readNewest: () => Promise<{
    readonly found: FoundCheckpoint | undefined;
    readonly broken: readonly BrokenCheckpoint[];
  }>;
}

function prune(folder: string, known: Map<number, number | undefined>, keep: number): void {
  const best = [...known].reduce<number | undefined>((least, [step, loss]) => {
    if (loss === undefined || Number.isNaN(loss)) return least;
    return least === undefined || loss < (known.get(least) as number) ? step : least;
  }, undefined);
  for (const { step, file } of listed(folder).slice(keep)) {
    if (step === best) continue;
    rmSync(file, { force: true });
    known.delete(step);
  }
}

/** Opens a folder that is there for the checkpoints of a run. */
export function openCheckpointFolder(folder: string, keep: number): CheckpointFolder {
  removeParts(folder);
  const known = new Map<number, number | undefined>();
  return {
    isEmpty: () => listed(folder).length === 0,
    write: async ({ step, validation, state }) => {
      const name = `step-${String(step).padStart(DIGITS, "0")}.safetensors`;
      const file = path.join(folder, name);
      const about = validation === undefined ? {} : { validation: String(validation) };
      const bytes = await writeStateFile(file, { state, about: { step: String(step), ...about } });
      known.set(step, validation);
      prune(folder, known, keep);
      return { file, bytes };
    },
    readNewest: async () => {
      const broken: BrokenCheckpoint[] = [];
      let found: FoundCheckpoint | undefined;
      for (const { step, file } of listed(folder)) {
        try {
          const { state, about } = await readStateFile(file);
          const validation = validationOf(about);
          known.set(step, validation);
          found ??= { step, file, validation, state };
        } catch (error) {
          renameSync(file, `${file}${BROKEN}`);
          broken.push({ file: `${file}${BROKEN}`, reason: reasonOf(error) });
        }
      }
      return { found, broken };
    },
  };
}
