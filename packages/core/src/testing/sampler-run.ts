import type { Pool } from "../contracts/pool.js";
import type { Sampler } from "../contracts/sampler.js";
import type { Selection } from "../contracts/selection.js";
import type { Signal } from "../contracts/signals.js";
import type { State } from "../contracts/state.js";
import type { Part } from "../plugin/part.js";
import type { Registry } from "../plugin/registry.js";
import { setUpPart } from "./set-up-part.js";
import { toyPool, toyProgress } from "./toy-pool.js";

/** A sampler under test, and what its options may name. */
export interface SamplerSubject {
  readonly part: Part<"sampler">;
  readonly registry: Registry;
}

/** Holds everything that a trainer would keep of a sampler. */
interface SavedSampler {
  readonly sampler: State;
  readonly generators: readonly State[];
}

/** A sampler at work on 16 examples, five rows a step. */
export interface SamplerRun {
  readonly sampler: Sampler;
  /** Makes one step as a trainer would: refresh, propose, select, observe. */
  readonly step: (update: number) => Selection;
  readonly save: () => SavedSampler;
  readonly load: (saved: SavedSampler) => void;
}

/** N, and B where the sampler does not propose. */
export const POPULATION = 16;
/** b. */
export const COUNT = 5;

/** Names the signals that the sampler may expect in a pool. */
export function signalsOf({ part, registry }: SamplerSubject): readonly Signal[] {
  const { reads = [] } = setUpPart(part, { registry }).role;
  return [...(part.definition.requires ?? []), ...reads];
}

/** Makes the pool of one step: of the proposed ids, or of all examples. */
export function poolOf(subject: SamplerSubject, update: number, proposal?: Selection): Pool {
  return toyPool({
    seed: update,
    size: POPULATION,
    signals: signalsOf(subject),
    ...(proposal && { ids: Uint32Array.from(proposal.rows) }),
  });
}

/** Tells the sampler the signals of the rows drawn. */
function observe(
  sampler: Sampler,
  {
    pool,
    selection,
    version,
  }: { readonly pool: Pool; readonly selection: Selection; readonly version: number },
): void {
  const distinct = [...new Set(selection.rows)];
  const signals = Object.fromEntries(
    Object.entries(pool.signals).map(([name, values]) => {
      const width = values.length / pool.ids.length;
      const picked = distinct.flatMap((row) => [
        ...values.subarray(row * width, (row + 1) * width),
      ]);
      return [name, Float32Array.from(picked)];
    }),
  );
  const ids = Uint32Array.from(distinct, (row) => pool.ids[row] as number);
  sampler.observe?.({ ids, signals, version });
}

/** Tells the sampler the signals of the ids that it asks for. */
function refresh(subject: SamplerSubject, sampler: Sampler, update: number): void {
  const ids = sampler.refresh?.(toyProgress(update));
  if (ids === undefined) return;
  const { requires = [] } = subject.part.definition;
  const { signals } = toyPool({ seed: `refresh ${update}`, ids, signals: requires });
  sampler.observe?.({ ids: ids.slice(), signals, version: update });
}

/** Sets a sampler up and binds it. */
export function startSampler(subject: SamplerSubject, seed: number | string = 0): SamplerRun {
  const bench = setUpPart(subject.part, { seed, registry: subject.registry });
  const sampler = bench.role;
  sampler.bind?.({
    size: POPULATION,
    labels: Int32Array.from({ length: POPULATION }, (_, id) => id % 4),
  });
  return {
    sampler,
    step: (update) => {
      const progress = toyProgress(update);
      refresh(subject, sampler, update);
      const proposal = sampler.propose?.(COUNT, progress);
      const pool = poolOf(subject, update, proposal);
      const selection = sampler.select(pool, COUNT, progress);
      observe(sampler, { pool, selection, version: update });
      if (proposal === undefined) return selection;
      return { ...selection, rows: selection.rows.map((row) => proposal.rows[row] as number) };
    },
    save: () => structuredClone({ sampler: sampler.state(), generators: bench.generators() }),
    load: (saved) => {
      bench.restoreGenerators(saved.generators);
      sampler.restore(saved.sampler);
    },
  };
}

/** Makes `count` steps from update `from` on, and returns the rows of each. */
export function rowsOf(run: SamplerRun, from: number, count: number): number[][] {
  return Array.from({ length: count }, (_, at) => [...run.step(from + at).rows]);
}
