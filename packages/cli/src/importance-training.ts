import type * as tf from "@tensorflow/tfjs";
import { activeEngine } from "@unequal/backends";
import {
  createTrainer,
  Registry,
  schedulersPlugin,
  UnequalError,
  type Dataset,
  type EventType,
  type Learner,
  type Listener,
  type Plugin,
  type Provision,
  type Spec,
  type Trainer,
} from "@unequal/core";
import {
  arrays,
  rows,
  split,
  type ColumnInput,
  type ColumnsInput,
  type TensorDataset,
} from "@unequal/datasets";
import { samplersPlugin } from "@unequal/samplers";
import {
  checkFitDatasetOptions,
  checkFitOptions,
  type CheckedFit,
  type FitDatasetOptions,
  type FitOptions,
  type SharedFitOptions,
} from "./fit/fit-options.js";
import { runEpochs, type ImportanceHistory } from "./fit/run-epochs.js";
import { suitSampler, type ChosenParts } from "./suit-sampler.js";

/** Options of {@link ImportanceTraining}; every one has a default. */
export interface ImportanceTrainingOptions extends ChosenParts {
  readonly estimator?: Spec<"estimator">;
  /** B: candidates scored for an importance step; default 5 b, at most N. */
  readonly presample?: number;
  /** Seed of the order, the draws and the dropout masks; default 0, so that a program repeats itself. */
  readonly seed?: number | string;
  /** Train softmax and sigmoid heads on their logits (default), or exactly as compiled. */
  readonly loss?: "logits" | "as-compiled";
  /** Apply the model's masks in the loss; default false, as TensorFlow.js. */
  readonly mask?: boolean;
  /** What to do about a score that is not finite: an error (default), or leave the example out. */
  readonly nonFinite?: "error" | "skip";
  /** Plugins whose parts may be named. */
  readonly plugins?: readonly Plugin[];
  /** Replaces bindings of the trainer: `[[TOKENS.clock, myClock]]`. */
  readonly provide?: readonly Provision[];
}

type Subscription = (trainer: Trainer) => () => void;

interface Data {
  readonly train: Dataset;
  readonly validation: Dataset | undefined;
  readonly weighted: boolean;
}

/** What tfjs marks a model with while it trains. */
interface Busy {
  isTraining: boolean;
}

function busyMark(model: tf.LayersModel): Busy {
  return ((model as { model?: tf.LayersModel }).model ?? model) as unknown as Busy;
}

/**
 * Trains a compiled `tf.LayersModel` by importance sampling, on the engine that is active, where that pays.
 *
 * Each update scores B candidates with one forward pass, draws b of them in proportion to the upper bound
 * of their gradient norms, and weighs them so that the gradient stays unbiased; the tau gate does so only
 * while the variance saved exceeds the cost of scoring, and trains uniformly else.
 *
 * @example
 * const history = await new ImportanceTraining(model).fit(x, y, { batchSize: 128, epochs: 10 });
 * @see Katharopoulos & Fleuret 2018, algorithm 1
 */
export class ImportanceTraining {
  readonly #model: tf.LayersModel;
  readonly #options: ImportanceTrainingOptions;
  readonly #subscriptions = new Set<Subscription>();

  constructor(model: tf.LayersModel, options: ImportanceTrainingOptions = {}) {
    this.#model = model;
    this.#options = options;
  }

  /** Listens to an event of every fit that begins later; returns what ends it. */
  on<T extends EventType>(type: T, listener: Listener<T>): () => void {
    const subscription: Subscription = (trainer) => trainer.events.on(type, listener);
    this.#subscriptions.add(subscription);
    return () => this.#subscriptions.delete(subscription);
  }

  /**
   * Trains on data in memory: tensors, typed arrays or nested arrays, several inputs as a list or by name.
   *
   * `loss` and metrics of the history are importance-weighted, so unbiased, estimates, averaged over the
   * epoch's updates. Where the sampler draws by score, `tau`, `importance_share` and
   * `effective_sample_size` stand beside them. A second fit goes on from the first.
   *
   * @throws MODEL_NOT_COMPILED, SHAPE_MISMATCH, DATASET_INVALID, OPTION_INVALID, LOSS_NOT_FINITE, FIT_RUNNING
   */
  async fit(
    x: ColumnsInput,
    y: ColumnsInput,
    options: FitOptions = {},
  ): Promise<ImportanceHistory> {
    const checked = checkFitOptions(options);
    const { sampleWeight, classWeight, validationSplit, validationData } = checked;
    const all = arrays(x, y, {
      ...(sampleWeight && { sampleWeight: sampleWeight as ColumnInput }),
      ...(classWeight && { classWeight }),
    });
    const weighted = sampleWeight !== undefined || classWeight !== undefined;
    if (validationData !== undefined) {
      const [vx, vy, weight] = validationData;
      const validation = arrays(vx, vy, weight === undefined ? {} : { sampleWeight: weight });
      return this.#run({ train: all, validation, weighted }, checked);
    }
    if (validationSplit === undefined)
      return this.#run({ train: all, validation: undefined, weighted }, checked);
    const { train, test } = split(all, validationSplit);
    return this.#run({ train, validation: test, weighted }, checked);
  }

  /**
   * Trains on a stream: a `tf.data.Dataset` as `model.fitDataset` takes it, batched or not, or any
   * (asynchronous) iterable of rows `{ xs, ys }` or `[x, y]`. It is read once, into memory; `batchSize`
   * is that of the updates, whatever the stream's.
   *
   * @throws as `fit`, and DATASET_TOO_LARGE, DATASET_EMPTY
   */
  async fitDataset(
    dataset: TensorDataset | AsyncIterable<unknown> | Iterable<unknown>,
    options: FitDatasetOptions = {},
  ): Promise<ImportanceHistory> {
    const checked = checkFitDatasetOptions(options);
    const read = (source: typeof dataset): Promise<Dataset> =>
      rows(source, { exampleRank: (this.#model.inputs[0]?.rank ?? 2) - 1 });
    const train = await read(dataset);
    const { validationData, classWeight } = checked;
    const validation =
      validationData === undefined ? undefined : await read(validationData as typeof dataset);
    if (classWeight !== undefined) {
      throw new UnequalError(
        "OPTION_INVALID",
        "fitDataset takes no classWeight. Give fit the data in memory, or weigh the rows' classes there.",
      );
    }
    return this.#run({ train, validation, weighted: false }, checked);
  }

  async #run(data: Data, options: CheckedFit & SharedFitOptions): Promise<ImportanceHistory> {
    const mark = busyMark(this.#model);
    if (mark.isTraining) {
      throw new UnequalError(
        "FIT_RUNNING",
        "The model is being trained by another fit. Wait for that one to end.",
      );
    }
    mark.isTraining = true;
    try {
      return await this.#train(data, options);
    } finally {
      mark.isTraining = false;
    }
  }

  async #train(
    { train, validation, weighted }: Data,
    options: CheckedFit & SharedFitOptions,
  ): Promise<ImportanceHistory> {
    const { loss = "logits", mask = false } = this.#options;
    const engine = activeEngine();
    await engine.start();
    const learner = engine.learner(this.#model, { loss, mask, weighted });
    const batchSize = Math.min(options.batchSize, train.size);
    const presample = this.#options.presample ?? Math.min(5 * batchSize, train.size);
    const trainer = this.#compose(learner, train, {
      batchSize,
      presample,
      shuffle: options.shuffle,
    });
    if (options.verbose === 1) for (const note of learner.facts.notes) console.warn(note);
    try {
      for (const subscribe of this.#subscriptions) subscribe(trainer);
      return await runEpochs({
        model: this.#model,
        learner,
        trainer,
        options: { ...options, batchSize },
        presample,
        train,
        validation,
      });
    } finally {
      await trainer.dispose();
      learner.dispose();
      await engine.stop();
    }
  }

  #compose(
    learner: Learner,
    dataset: Dataset,
    sizes: { readonly batchSize: number; readonly presample: number; readonly shuffle: boolean },
  ): Trainer {
    const { estimator = "plain", seed = 0, plugins = [], nonFinite, provide } = this.#options;
    const registry = new Registry([schedulersPlugin, samplersPlugin, ...plugins]);
    const { scorer, ...suited } = suitSampler(this.#options, registry);
    return createTrainer({
      ...suited,
      ...(scorer && { scorer }),
      learner,
      dataset,
      estimator,
      registry,
      seed,
      ...sizes,
      ...(nonFinite && { nonFinite }),
      ...(provide && { provide }),
    });
  }
}
