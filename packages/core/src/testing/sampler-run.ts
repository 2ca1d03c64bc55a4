import type { Pool } from "../contracts/pool.js";
import type { Progress } from "../contracts/progress.js";
import type { Sampler } from "../contracts/sampler.js";
import type { Selection } from "../contracts/selection.js";
import type { Signal, Signals } from "../contracts/signals.js";
import type { State } from "../contracts/state.js";
import type { Weighting } from "../contracts/weighting.js";
import type { Part } from "../plugin/part.js";
import type { Registry } from "../plugin/registry.js";
import { drawRows } from "../training/draws/draw-rows.js";
import { slicePool } from "../training/pools/pick.js";
import { setUpPart } from "./set-up-part.js";
import { toyPool, toyProgress } from "./toy-pool.js";

/** A sampler under test, and what its options may name. */
export interface SamplerSubject {
  readonly part: Part<"sampler">;
  readonly registry: Registry;
  /** n, how often the laws of draws draw from a pool; default 10,000, and no less. What it finds: {@link describeSampler}. */
  readonly draws?: number;
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
  readonly step: (update: number, world?: World) => Selection;
  readonly save: () => SavedSampler;
  readonly load: (saved: SavedSampler) => void;
}

/** What a sampler meets: the pools of a run, by the run's name, and whether they hold more than it asks for. */
export interface World {
  /** Other names make other pools; default: the run that most laws are about. */
  readonly name?: string;
  /** True: no scores unless the sampler is `scored`, and no signals but those that it names. */
  readonly bare?: boolean;
}

/** N, and B where the sampler does not propose. */
export const POPULATION = 16;
/** b. */
export const COUNT = 5;

/** Names the signals that the sampler may expect in a pool. */
export function signalsOf({ part, registry }: SamplerSubject): readonly Signal[] {
  const { reads, requires } = part.facts(registry.factsOf);
  return [...requires, ...reads];
}

/** Makes the pool of one step: of the proposed ids, or of all examples. */
export function poolOf(
  subject: SamplerSubject,
  update: number,
  {
    proposal,
    world = "",
  }: { readonly proposal?: Selection | undefined; readonly world?: string } = {},
): Pool {
  return toyPool({
    seed: world === "" ? update : `${world} ${update}`,
    size: POPULATION,
    signals: signalsOf(subject),
    ...(proposal && { ids: Uint32Array.from(proposal.rows) }),
  });
}

function only(signals: Signals, names: readonly Signal[]): Signals {
  return Object.fromEntries(Object.entries(signals).filter(([name]) => names.includes(name)));
}

/** Leaves in a pool what the sampler says that its `select` reads. */
function bared({ scores, ...pool }: Pool, { scored, reads }: Sampler): Pool {
  return { ...pool, signals: only(pool.signals, reads), ...(scored && scores && { scores }) };
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
  drawing: {
    readonly selection: Selection;
    readonly proposal: Selection | undefined;
    readonly bare: boolean;
  },
  progress: Progress,
): void {
  const { selection, proposal, bare } = drawing;
  const { rows, coefficients, groups } = drawRows(selection, pool, {
    weighting: WEIGHTING,
    progress,
  });
  const { ids, labels, signals } = slicePool(pool, rows);
  const first = proposal && WEIGHTING.coefficients(proposal, undefined, progress);
  const weight = (row: number): number =>
    first === undefined || proposal === undefined ? 1 : (first[row] as number) * proposal.planned;
  sampler.observe?.({
    ids,
    ...(labels && { labels }),
    ...(proposal && { proposed: true }),
    ...(groups === undefined && {
      coefficients: coefficients.map((c, at) => c * weight(rows[at] as number)),
    }),
    signals: bare ? only(signals, sampler.requires) : signals,
    scoredAt: progress.update,
  });
}

/** Tells the sampler the signals of the ids that it asks for. */
function refresh(sampler: Sampler, update: number, world: World): void {
  const ids = sampler.refresh?.(toyProgress(update));
  if (ids === undefined) return;
  const { requires } = sampler;
  const pool = toyPool({ seed: `refresh ${world.name ?? ""} ${update}`, ids, signals: requires });
  const signals = world.bare === true ? only(pool.signals, requires) : pool.signals;
  sampler.observe?.({ ids: ids.slice(), signals, scoredAt: update });
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
    step: (update, world = {}) => {
      const progress = toyProgress(update);
      const { name = "", bare = false } = world;
      refresh(sampler, update, world);
      const proposal = sampler.propose?.(COUNT, progress);
      const pool = poolOf(subject, update, { proposal, world: name });
      const selection = sampler.select(bare ? bared(pool, sampler) : pool, COUNT, progress);
      observe(sampler, pool, { selection, proposal, bare }, progress);
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
export function rowsOf(run: SamplerRun, from: number, count: number, world?: World): number[][] {
  return Array.from({ length: count }, (_, at) => [...run.step(from + at, world).rows]);
}
