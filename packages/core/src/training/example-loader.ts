import type { Columns, HostArray } from "../contracts/arrays.js";
import type { Dataset } from "../contracts/dataset.js";
import type { Batch, Learner } from "../contracts/learner.js";
import { UnequalError } from "../errors.js";

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
  readonly dispose: () => void;
}

interface Source {
  readonly dataset: Dataset;
  readonly learner: Learner;
}

function product(size: number, factors: readonly (Float32Array | undefined)[]): Float32Array {
  const out = new Float32Array(size).fill(1);
  for (const factor of factors)
    factor?.forEach((value, row) => (out[row] = (out[row] as number) * value));
  return out;
}

/** Takes examples from the dataset, and uploads them, whenever they are wanted. */
export function streamed({ dataset, learner }: Source): ExampleLoader {
  return {
    load: async (ids, keys, extra) => {
      const host = await dataset.take(ids, keys);
      const weights = product(ids.length, [host.weights, extra]);
      return { batch: learner.upload({ ...host, weights }), weights };
    },
    dispose: () => {},
  };
}

/** Uploads the whole dataset at the first load, and picks examples out of it on the engine. */
function resident({ dataset, learner }: Source): ExampleLoader {
  let whole: { readonly batch: Batch; readonly weights: Float32Array | undefined } | undefined;
  const upload = async () => {
    const ids = Uint32Array.from({ length: dataset.size }, (_, id) => id);
    const host = await dataset.take(ids, new Uint32Array(dataset.size));
    return { batch: learner.upload(host), weights: host.weights };
  };
  return {
    load: async (ids, _keys, extra) => {
      const { batch, weights: own } = (whole ??= await upload());
      const taken = own && Float32Array.from(ids, (id) => own[id] as number);
      const weights = product(ids.length, [taken, extra]);
      return { batch: learner.pick(batch, Int32Array.from(ids), weights), weights };
    },
    dispose: () => whole?.batch.dispose(),
  };
}

const VALUE_BYTES = 4;

/** Counts the bytes of one example on the engine. */
async function exampleBytes(dataset: Dataset): Promise<number> {
  const { inputs, targets } = await dataset.take(Uint32Array.of(0), Uint32Array.of(0));
  const columns = [inputs, targets].flatMap((each: Columns) => Object.values<HostArray>(each));
  return columns.reduce((bytes, { data }) => bytes + VALUE_BYTES * data.length, 0);
}

async function pays({ dataset, learner }: Source): Promise<boolean> {
  const { room = 0 } = learner.facts;
  return dataset.fixed === true && dataset.size * (await exampleBytes(dataset)) <= room;
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
  let chosen: ExampleLoader | undefined;
  return {
    load: async (...request) => {
      chosen ??= (await pays(source)) ? resident(source) : streamed(source);
      return chosen.load(...request);
    },
    dispose: () => chosen?.dispose(),
  };
}
