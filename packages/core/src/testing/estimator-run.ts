import type { Estimator, Reference } from "../contracts/estimator.js";
import type { Dataset } from "../contracts/dataset.js";
import type { Handle, Learner, StepResult } from "../contracts/learner.js";
import type { State } from "../contracts/state.js";
import type { Part } from "../plugin/part.js";
import type { Registry } from "../plugin/registry.js";
import { createRandom } from "../random/create-random.js";
import { chunksOf } from "../training/pools/chunks.js";
import type { Values } from "./close.js";
import { readOnce } from "./learner-run.js";
import { setUpPart } from "./set-up-part.js";
import { toyDataset } from "./toy-dataset.js";
import type { ToyLearner } from "./toy-learner.js";
import { toyProgress } from "./toy-pool.js";

/** An estimator under test, and the learner that it steps. */
export interface EstimatorSubject {
  readonly part: Part<"estimator">;
  readonly registry: Registry;
  /** Makes a learner that trains by plain SGD on {@link toyDataset}'s examples. */
  readonly makeLearner: () => ToyLearner;
}

/** Everything that a trainer would keep of an estimator and its learner. */
interface SavedEstimator {
  readonly learner: Awaited<ReturnType<Learner["state"]>>;
  readonly estimator: Awaited<ReturnType<Estimator["state"]>>;
  readonly generators: readonly State[];
}

/** An estimator at work. */
export interface EstimatorRun {
  readonly learner: ToyLearner;
  readonly estimator: Estimator;
  /** Makes one update on examples, each an id with its coefficient; on the groups that they are the first of, where the estimator steps on groups. */
  readonly step: (
    update: number,
    weighted: readonly (readonly [id: number, coefficient: number])[],
  ) => Promise<StepResult>;
  /** Makes updates `from` … `to` − 1 on two examples each; on others with another `shift`, default 0. */
  readonly steps: (from: number, to: number, shift?: number) => Promise<void>;
  /** Makes one update along the full gradient, from where the last step took its regularised gradient: a plain one, the estimator left out, or the estimator's on all groups. */
  readonly fullStep: () => Promise<void>;
  readonly parameters: () => Promise<Values>;
  readonly save: () => Promise<SavedEstimator>;
  readonly load: (saved: SavedEstimator) => Promise<void>;
  /** Ends the estimator. */
  readonly dispose: () => void;
}

/** N. */
export const EXAMPLES = 12;

const ALL_ALIKE = Array.from({ length: EXAMPLES }, (_, id) => [id, 1 / EXAMPLES] as const);

async function uploaded(learner: Learner, dataset: Dataset, ids: readonly number[]) {
  const host = await dataset.take(Uint32Array.from(ids), new Uint32Array(ids.length));
  return learner.upload(host);
}

/** Walks over the dataset in batches of five, as the trainer does. */
function referenceOf(learner: Learner, dataset: Dataset): Reference {
  return {
    size: EXAMPLES,
    walk: async (visit, named) => {
      for (const ids of chunksOf(named ?? EXAMPLES, 5)) {
        const batch = await uploaded(learner, dataset, [...ids]);
        await visit(batch, ids);
        batch.dispose();
      }
    },
  };
}

/** A learner that remembers where it was last asked for a regularised gradient. */
interface WatchedLearner extends ToyLearner {
  readonly lastPoint: () => readonly Float32Array[];
}

function watch(learner: ToyLearner): WatchedLearner {
  let point: readonly Float32Array[] = [];
  const note = async (at: Handle | undefined): Promise<void> => {
    const present = learner.parameters();
    point = await learner.read(at ?? present);
    present.dispose();
  };
  return {
    ...learner,
    lastPoint: () => point,
    step: async (rows, options) => {
      await note(undefined);
      return learner.step(rows, options);
    },
    gradient: async (rows, options) => {
      if (options.regulariser) await note(options.at);
      return learner.gradient(rows, options);
    },
    pullback: async (rows, cotangent, options) => {
      if (options.regulariser) await note(options.at);
      return learner.pullback(rows, cotangent, options);
    },
  };
}

/** Makes one plain update of the learner, from a point, along the mean gradient of the dataset. */
async function stepAlongAll(
  learner: Learner,
  dataset: Dataset,
  from: readonly Float32Array[],
): Promise<void> {
  const point = learner.write(from);
  learner.assign(point);
  point.dispose();
  const ids = Array.from({ length: EXAMPLES }, (_, id) => id);
  const batch = await uploaded(learner, dataset, ids);
  const coefficients = new Float32Array(EXAMPLES).fill(1 / EXAMPLES);
  await learner.step(
    { batch, rows: Int32Array.from(ids), coefficients },
    { noise: 1, signals: [] },
  );
  batch.dispose();
}

/** Names the group of distinct examples that an id is the first of: the second of its class (of every third pair not), the third not. */
function groupOf(id: number, arity: number): readonly number[] {
  const second = arity === 2 && id % 3 === 0 ? id + 1 : id + 2;
  return [id, second, id + 5].slice(0, arity).map((member) => member % EXAMPLES);
}

/** Hands one step on uploaded examples to the estimator. */
async function stepOn(
  {
    learner,
    estimator,
    dataset,
  }: Pick<EstimatorRun, "learner" | "estimator"> & { readonly dataset: Dataset },
  update: number,
  weighted: ReadonlyMap<number, number>,
): Promise<StepResult> {
  const { arity } = estimator;
  const members = [...weighted.keys()].flatMap((id) => groupOf(id, arity));
  const ids = [...new Set(members)];
  const groups = Int32Array.from(members, (id) => ids.indexOf(id));
  const batch = await uploaded(learner, dataset, ids);
  const result = await estimator.step({
    learner,
    batch,
    rows: Int32Array.from(ids.keys()),
    ids: Uint32Array.from(ids),
    coefficients: Float32Array.from(weighted.values()),
    ...(arity > 1 && { groups }),
    progress: toyProgress(update),
    rate: 1,
    noise: update + 1,
    random: createRandom(update).fork("step"),
    signals: ["upper-bound"],
    reference: referenceOf(learner, dataset),
  });
  batch.dispose();
  return result;
}

/** Sets an estimator up with a learner of its own. */
export function startEstimator(subject: EstimatorSubject, seed = 0): EstimatorRun {
  const dataset = toyDataset({ size: EXAMPLES });
  const learner = watch(subject.makeLearner());
  const bench = setUpPart(subject.part, { seed, registry: subject.registry });
  const { role: estimator } = bench;
  const labels = dataset.labels?.();
  estimator.bind?.(learner, { size: EXAMPLES, ...(labels && { labels }) });
  const step: EstimatorRun["step"] = (update, weighted) =>
    stepOn({ learner, estimator, dataset }, update, new Map(weighted));
  return {
    learner,
    estimator,
    step,
    steps: async (from, to, shift = 0) => {
      for (let update = from; update < to; update++) {
        const [first, second] = [(update + shift) % EXAMPLES, (update + shift + 5) % EXAMPLES];
        await step(update, [
          [first, 0.6 - shift / 50],
          [second, 0.4],
        ]);
      }
    },
    fullStep: async () => {
      if (estimator.arity === 1) await stepAlongAll(learner, dataset, learner.lastPoint());
      else await step(0, ALL_ALIKE);
    },
    parameters: () => readOnce(learner, learner.parameters()),
    save: async () =>
      structuredClone({
        learner: await learner.state(),
        estimator: await estimator.state(),
        generators: bench.generators(),
      }),
    load: async (saved) => {
      await learner.restore(saved.learner);
      await estimator.restore(saved.estimator);
      bench.restoreGenerators(saved.generators);
    },
    dispose: () => estimator.dispose(),
  };
}
