import type * as tf from "@tensorflow/tfjs";
import { activeEngine, functional } from "@unequal/backends";
import {
  checkSubscription,
  createTrainer,
  presampleOf,
  Registry,
  savedData,
  schedulersPlugin,
  UnequalError,
  type EventType,
  type Learner,
  type Listener,
  type Stateful,
  type Trainer,
} from "@unequal/core";
import type { ColumnsInput } from "@unequal/datasets";
import { dataInMemory, type FitData } from "./fit/fit-data.js";
import {
  checkFitDatasetOptions,
  checkFitOptions,
  type Checked,
  type FitDatasetOptions,
  type FitOptions,
  type RowStream,
} from "./fit/fit-options.js";
import type { ImportanceHistory } from "./fit/fit-course.js";
import {
  checkTrainingOptions,
  trainerPart,
  type ImportanceTrainingOptions,
} from "./options/training-options.js";
import { chooseDefaults, type ChosenDefaults } from "./defaults/choose-defaults.js";
import { checkEvaluated } from "./fit/check-evaluated.js";

type Subscription = (trainer: Trainer) => () => void;

interface Order {
  readonly batchSize: number;
  readonly shuffle: boolean;
}

interface Request {
  readonly options: Checked;
  /** `lossless`: outputs are embeddings, and targets may be anything. */
  readonly load: (lossless: boolean) => Promise<FitData>;
}

/** What a fit is composed on. */
interface Ground {
  readonly learner: Learner;
  readonly registry: Registry;
}

/** What tfjs marks a model with while it trains. */
interface Busy {
  isTraining: boolean;
}

function busyMark(model: tf.LayersModel): Busy {
  return functional(model) as unknown as Busy;
}

async function notesOn({ callbacks }: Checked): Promise<readonly string[]> {
  if (callbacks === undefined) return [];
  const { noteCallbacks } = await import("./fit/note-callbacks.js");
  return noteCallbacks(callbacks);
}

function checkModel(model: unknown): void {
  const { layers, compile } = (model ?? {}) as Partial<tf.LayersModel>;
  if (Array.isArray(layers) && typeof compile === "function") return;
  throw new UnequalError(
    "MODEL_UNSUPPORTED",
    "ImportanceTraining needs a tf.LayersModel (tf.sequential, tf.model or a loaded one). A tf.GraphModel cannot be trained; for functionModel() use createTrainer.",
  );
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
  readonly #warned = new Set<string>();
  #fits = 0;

  /** @throws MODEL_UNSUPPORTED, OPTION_INVALID */
  constructor(model: tf.LayersModel, options: ImportanceTrainingOptions = {}) {
    checkModel(model);
    this.#model = model;
    this.#options = checkTrainingOptions(options);
  }

  /**
   * Listens to an event of every fit that begins later; returns what ends it.
   * @throws UNKNOWN_NAME with the nearest known event; OPTION_INVALID if the listener is no function
   */
  on<T extends EventType>(type: T, listener: Listener<T>): () => void {
    checkSubscription(type, listener);
    const subscription: Subscription = (trainer) => trainer.events.on(type, listener);
    this.#subscriptions.add(subscription);
    return () => this.#subscriptions.delete(subscription);
  }

  /**
   * Trains on data in memory: tensors, typed arrays or nested arrays, several inputs as a list or by name.
   *
   * `loss` and metrics of the history are importance-weighted, so unbiased, estimates, averaged over the
   * epoch's updates. Where the sampler draws by score, `tau`, `importance_share`, `rate` and
   * `effective_sample_size` stand next to them. A second fit goes on from the first: model and optimizer
   * are as that left them, random numbers are new, and costs are measured anew.
   *
   * @throws MODEL_NOT_COMPILED, SHAPE_MISMATCH, DATASET_INVALID, OPTION_INVALID, LOSS_NOT_FINITE, FIT_RUNNING
   */
  async fit(
    x: ColumnsInput,
    y: ColumnsInput,
    options: FitOptions = {},
  ): Promise<ImportanceHistory> {
    const checked = checkFitOptions(options);
    const load = (lossless: boolean): Promise<FitData> =>
      dataInMemory(x, y, { options: checked, model: this.#model, lossless });
    return this.#run({ options: checked, load });
  }

  /**
   * Trains on a stream: a `tf.data.Dataset` as `model.fitDataset` takes it, batched or not, or any
   * (asynchronous) iterable of rows `{ xs, ys }` or `[x, y]`, with `sampleWeights` or a third value where
   * examples have weights. It is read once, into memory, with `batchesPerEpoch` no further than all epochs
   * take. Updates are of the stream's batch size unless `batchSize` says otherwise.
   *
   * @throws as `fit`, and DATASET_TOO_LARGE, DATASET_EMPTY
   */
  async fitDataset(
    dataset: RowStream,
    options: FitDatasetOptions = {},
  ): Promise<ImportanceHistory> {
    const checked = checkFitDatasetOptions(options);
    const load = async (lossless: boolean): Promise<FitData> => {
      const { dataFromStream } = await import("./fit/stream-data.js");
      return dataFromStream(dataset, { options: checked, model: this.#model, lossless });
    };
    return this.#run({ options: checked, load });
  }

  async #run(request: Request): Promise<ImportanceHistory> {
    const mark = busyMark(this.#model);
    if (mark.isTraining) {
      throw new UnequalError(
        "FIT_RUNNING",
        "The model is being trained by another fit. Wait for that one to end.",
      );
    }
    mark.isTraining = true;
    const engine = activeEngine();
    try {
      await engine.start();
      const registry = await this.#registry();
      const { loss } = chooseDefaults(this.#options, { registry });
      const { mask = false } = this.#options;
      // finds what is wrong with the model before a stream is read
      engine.learner(this.#model, { loss, mask }).dispose?.();
      const data = await request.load(loss === "none");
      const { weighted, classWeights } = data;
      if (weighted) {
        const { checkWeights } = await import("./fit/check-weights.js");
        await checkWeights(data.train);
      }
      const options = { loss, mask, weighted, ...(classWeights && { classWeights }) };
      const learner = engine.learner(this.#model, options);
      try {
        return await this.#train({ learner, registry }, request.options, data);
      } finally {
        learner.dispose?.();
      }
    } finally {
      mark.isTraining = false;
      await engine.stop?.();
    }
  }

  async #train(ground: Ground, options: Checked, data: FitData): Promise<ImportanceHistory> {
    const { learner } = ground;
    const { size } = data.train;
    const batchSize = Math.min(data.batchSize, size);
    const { shuffle, verbose } = options;
    checkEvaluated(learner, data.validation, "validation");
    const chosen = chooseDefaults(this.#options, ground);
    const trainer = this.#compose(chosen, { ...ground, ...data }, { batchSize, shuffle });
    try {
      for (const subscribe of this.#subscriptions) subscribe(trainer);
      if (verbose > 0) {
        const { print } = await import("./fit/print.js");
        const presample = presampleOf({ ...this.#options, batchSize }, size);
        print(trainer, { ...chosen, presample }, this.#warned);
      }
      for (const message of [...data.notes, ...(await notesOn(options))])
        trainer.events.emit("warning", () => ({ code: "NOTE", message }));
      const { warning: message } = chosen;
      if (message) trainer.events.emit("warning", () => ({ code: "SIGNAL_UNAVAILABLE", message }));
      const { runEpochs } = await import("./fit/run-epochs.js");
      const own = { model: this.#model, training: this.#options, count: this.#count() };
      return await runEpochs({ ...data, ...own, trainer, options: { ...options, batchSize } });
    } finally {
      await trainer.dispose();
    }
  }

  /** How many fits there were, which the random numbers of one depend on. */
  #count(): Stateful {
    return savedData(
      "the fits of a program",
      () => this.#fits,
      (fits) => (this.#fits = fits),
    );
  }

  /** What may be named; parts of ours are loaded by the first fit. */
  async #registry(): Promise<Registry> {
    const { samplersPlugin } = await import("@unequal/samplers");
    return new Registry([schedulersPlugin, samplersPlugin, ...(this.#options.plugins ?? [])]);
  }

  #compose(
    chosen: ChosenDefaults,
    { learner, registry, train: dataset }: FitData & Ground,
    order: Order,
  ): Trainer {
    const { seed = 0, provide } = this.#options;
    const fits = this.#fits++;
    return createTrainer({
      ...trainerPart({ ...this.#options, ...chosen, ...order }),
      learner,
      dataset,
      registry,
      seed: fits === 0 ? seed : `${seed}, fit ${fits + 1}`,
      provide,
    });
  }
}
