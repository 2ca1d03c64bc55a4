import type { Clock } from "../../contracts/clock.js";
import type { Dataset } from "../../contracts/dataset.js";
import type { Batch, Learner } from "../../contracts/learner.js";
import type { Scoring } from "../../contracts/scoring.js";
import { UnequalError } from "../../errors.js";
import { columnsOf } from "../pools/columns-of.js";
import { weightProduct } from "../pools/weight-product.js";

/** Says whether the examples live on the engine for the whole run; `auto`: where that pays and they fit. */
export type Resident = "auto" | boolean;

/** Examples on the engine, disposed by the caller, and the weight of each, [B]. */
interface LoadedExamples {
  readonly batch: Batch;
  readonly weights: Float32Array;
}

/** Brings examples onto the engine; `extra` multiplies their own weights, [B]. */
export interface ExampleLoader {
  readonly load: (
    ids: Uint32Array,
    keys: Uint32Array,
    extra?: Float32Array,
  ) => Promise<LoadedExamples>;
  readonly dispose: () => Promise<void>;
}

interface Source {
  readonly dataset: Dataset;
  readonly learner: Learner;
}

/** Takes examples from the dataset, and uploads them, whenever they are wanted. */
export function streamed({ dataset, learner }: Source): ExampleLoader {
  return {
    load: async (ids, keys, extra) => {
      const host = await dataset.take(ids, keys);
      const weights = weightProduct(ids.length, [host.weights, extra]);
      return { batch: learner.upload({ ...host, weights }), weights };
    },
    dispose: () => Promise.resolve(),
  };
}

/** @throws DATASET_INVALID if an example is another one under another key */
async function checkFixed(dataset: Dataset): Promise<void> {
  const take = async (key: number) =>
    columnsOf(await dataset.take(Uint32Array.of(0), Uint32Array.of(key)));
  const [first, second] = [await take(0), await take(1)];
  const differs = first.some(({ data }, at) =>
    data.some((value, place) => !Object.is(value, second[at]?.data[place])),
  );
  if (!differs) return;
  throw new UnequalError(
    "DATASET_INVALID",
    "A dataset that says `fixed: true` must give the same example under every key, but example 0 is another one under key 1. Say `fixed: false` where examples are augmented.",
  );
}

async function uploadAll({ dataset, learner }: Source) {
  await checkFixed(dataset);
  const ids = Uint32Array.from({ length: dataset.size }, (_, id) => id);
  const host = await dataset.take(ids, new Uint32Array(dataset.size));
  return { batch: learner.upload(host), weights: host.weights };
}

/** Uploads the whole dataset at the first load, and picks examples out of it on the engine. */
function resident(source: Source): ExampleLoader {
  let whole: ReturnType<typeof uploadAll> | undefined;
  return {
    load: async (ids, _keys, extra) => {
      const { batch, weights: own } = await (whole ??= uploadAll(source));
      const taken = own && Float32Array.from(ids, (id) => own[id] as number);
      const weights = weightProduct(ids.length, [taken, extra]);
      return { batch: source.learner.pick(batch, Int32Array.from(ids), weights), weights };
    },
    dispose: async () => {
      (await whole?.catch(() => undefined))?.batch.dispose();
    },
  };
}

const VALUE_BYTES = 4;

/** Counts the bytes of one example on the engine. */
async function exampleBytes(dataset: Dataset): Promise<number> {
  const columns = columnsOf(await dataset.take(Uint32Array.of(0), Uint32Array.of(0)));
  return columns.reduce((bytes, { data }) => bytes + VALUE_BYTES * data.length, 0);
}

async function pays({ dataset, learner }: Source): Promise<boolean> {
  const { residentBytes = 0 } = learner.facts;
  return dataset.fixed === true && dataset.size * (await exampleBytes(dataset)) <= residentBytes;
}

/**
 * Makes the loader that `option` asks for.
 * @throws OPTION_INVALID if a dataset is to be resident whose examples depend on their keys
 */
export function exampleLoader(source: Source, option: Resident): ExampleLoader {
  if (option === false) return streamed(source);
  if (option === true) {
    if (source.dataset.fixed === true) return resident(source);
    throw new UnequalError(
      "OPTION_INVALID",
      "With resident: true the dataset must be fixed, the same examples under every key, but this one does not say so. Leave the option out, or give the dataset `fixed: true` if nothing is augmented.",
    );
  }
  let chosen: Promise<ExampleLoader> | undefined;
  const choose = async () => ((await pays(source)) ? resident(source) : streamed(source));
  return {
    load: async (...request) => (await (chosen ??= choose())).load(...request),
    dispose: async () => {
      await (await chosen?.catch(() => undefined))?.dispose();
    },
  };
}

/** Scores candidates on the learner itself, before the step that trains on them: their age is 0. */
export function inlineScoring(parts: {
  readonly dataset: Dataset;
  readonly learner: Learner;
  readonly loader: ExampleLoader;
  readonly clock: Clock;
}): Scoring {
  const { dataset, learner, loader, clock } = parts;
  const labels = dataset.labels?.();
  return {
    submit: async ({ ids, keys, weights: extra, signals, scoredAt }) => {
      const started = clock.now();
      const { batch, weights } = await loader.load(ids, keys, extra);
      const loaded = clock.now();
      try {
        const computed = signals.length > 0 ? await learner.compute(signals, batch) : {};
        const pool = {
          ids,
          keys,
          weights,
          ...(labels && { labels: Int32Array.from(ids, (id) => labels[id] as number) }),
          signals: computed,
          scoredAt,
        };
        return {
          pool,
          load: (rows) => Promise.resolve({ batch, rows }),
          dispose: () => batch.dispose(),
          durations: { load: loaded - started, score: clock.now() - loaded },
        };
      } catch (error) {
        batch.dispose();
        throw error;
      }
    },
    dispose: () => loader.dispose(),
  };
}
