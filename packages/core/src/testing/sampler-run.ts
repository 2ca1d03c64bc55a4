import type { Pool } from "../contracts/pool.js";
import type { Progress } from "../contracts/progress.js";
import type { Sampler } from "../contracts/sampler.js";
import type { Selection } from "../contracts/selection.js";
import type { Signal } from "../contracts/signals.js";
import type { State } from "../contracts/state.js";
import type { Weighting } from "../contracts/weighting.js";
import type { Part } from "../plugin/part.js";
import type { Registry } from "../plugin/registry.js";
import { drawRows } from "../training/draw-rows.js";
import { slicePool } from "../training/slice-pool.js";
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

/** Weighs by 1 / (N E[times drawn]), as the unbiased weighting does; by 1/b where a sampler states no expectations. */
const WEIGHTING: Weighting = {
  coefficients: ({ rows, expected, planned, population }) =>
    Float64Array.from(
      rows,
      (_, at) => 1 / (expected ? population * (expected[at] as number) : planned),
    ),
};

/** Tells the sampler what was trained on: the distinct rows drawn, how they were weighed, and their signals. */
function observe(
  sampler: Sampler,
  pool: Pool,
  drawing: { readonly selection: Selection; readonly proposal: Selection | undefined },
  progress: Progress,
): void {
  const { selection, proposal } = drawing;
  const { rows, coefficients, groups } = drawRows(selection, pool, {
    weighting: WEIGHTING,
    progress,
  });
  const { ids, labels, signals } = slicePool(pool, rows);
  const proposed = proposal && WEIGHTING.coefficients(proposal, undefined, progress);
  sampler.observe?.({
    ids,
    ...(labels && { labels }),
    ...(proposal && {
      weights: Float32Array.from(rows, (row) => (proposed?.[row] as number) * proposal.planned),
    }),
    ...(groups === undefined && { coefficients }),
    signals,
    version: progress.update,
  });
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
      observe(sampler, pool, { selection, proposal }, progress);
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
