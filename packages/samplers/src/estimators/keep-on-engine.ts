import { restored, type Estimator, type Handle, type Learner, type Plain } from "@unequal/core";

/** What an estimator keeps from step to step: numbers and handles, by name. */
type Kept<T> = { readonly [K in keyof T]: number | Handle };

/** The same on the host: handles as {@link Learner.read} gives them. */
type Stored = Readonly<Record<string, number | readonly Float32Array[]>>;

/** Holds what an estimator keeps on the engine. */
export interface Keeper<T> {
  /** Returns what was kept last, after a restore anew on this learner's engine; undefined before the first time. */
  readonly get: (learner: Learner) => T | undefined;
  /** Keeps something else, returned for short; disposes the handles of the former that are not in it. */
  readonly set: (learner: Learner, kept: T) => T;
  /** How what is kept is saved, restored and given up: the estimator's own. */
  readonly lifecycle: Pick<Estimator, "state" | "restore" | "dispose">;
}

function handlesOf(kept: object): Handle[] {
  return Object.values(kept).filter((value): value is Handle => typeof value !== "number");
}

async function store(learner: Learner, kept: object): Promise<Stored> {
  const entries: [string, Stored[string]][] = [];
  for (const [name, value] of Object.entries(kept) as [string, number | Handle][])
    entries.push([name, typeof value === "number" ? value : await learner.read(value)]);
  return Object.fromEntries(entries);
}

function load(learner: Learner, stored: Stored): object {
  return Object.fromEntries(
    Object.entries(stored).map(([name, value]) => [
      name,
      typeof value === "number" ? value : learner.write(value),
    ]),
  );
}

/** Keeps numbers and handles for the estimator `owner`. A restored state waits on the host for the next step. */
export function keepOnEngine<T extends Kept<T>>(owner: string): Keeper<T> {
  let held: { readonly learner: Learner; readonly kept: T } | undefined;
  let waiting: Stored | undefined;
  const release = (except: object = {}): void => {
    const staying = new Set(handlesOf(except));
    for (const handle of handlesOf(held?.kept ?? {})) if (!staying.has(handle)) handle.dispose();
    held = undefined;
  };
  const set = (learner: Learner, kept: T): T => {
    release(kept);
    held = { learner, kept };
    return kept;
  };
  return {
    set,
    get: (learner) => {
      if (waiting !== undefined) set(learner, load(learner, waiting) as T);
      waiting = undefined;
      return held?.kept;
    },
    lifecycle: {
      state: async () => ({
        version: 1,
        kept: structuredClone(waiting ?? (held && (await store(held.learner, held.kept)))) as Plain,
      }),
      restore: async (state) => {
        const { kept } = restored<{ kept?: Stored }>(state, 1, `the estimator "${owner}"`);
        release();
        waiting = kept;
      },
      dispose: () => release(),
    },
  };
}
