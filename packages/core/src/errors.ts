/** Lists every error code of Unequal with what must hold; docs/errors.md shows the same table. */
export const ERROR_CODES = {
  API_VERSION_MISMATCH: "A plugin must be written for the apiVersion of this @unequal/core.",
  BACKEND_UNAVAILABLE: "The engine's package must be installed and must start on this machine.",
  BATCH_LARGER_THAN_POOL: "The batch size must not exceed the presample.",
  CHECKPOINT_FAILED:
    "A checkpoint must be written as a whole: as a warning, and the one before stays.",
  CHECKPOINT_INVALID: "A checkpoint must be a whole file of a version that this Unequal reads.",
  CONFIG_INVALID:
    "The configuration must have the documented keys with values of the documented types.",
  CONFIG_LOAD_FAILED: "The configuration file must exist, parse and run without throwing.",
  DATASET_EMPTY: "A dataset must hold at least one example.",
  DATASET_INVALID: "The columns of a dataset must be numeric and agree in their number of rows.",
  DATASET_MISSING: "The files or the package that a dataset reads must be there.",
  DATASET_TOO_LARGE: "A stream of rows must end before its limit.",
  DATASET_TOO_SMALL:
    "A dataset must hold at least as many examples as one batch, and one pool, take.",
  DISPOSED: "A disposed object must not be used again.",
  DUPLICATE_PART: "Two plugins must not register the same name of the same kind.",
  ENGINE_FAILED: "The engine's device must compute without errors and stay there.",
  ESTIMATOR_UNSUPPORTED: "An estimator must suit the model and the sampler that it is used with.",
  EXAMPLES_UNREACHABLE:
    "Every example that has a loss should have a chance to be drawn: as a warning.",
  FIT_RUNNING: "A model must not be trained by two fits at once.",
  FOLDER_LOCKED: "A run's folder must belong to one process at a time.",
  FOLDER_TAKEN: "A folder that holds a run must be resumed, overwritten, or left for another.",
  GATE_UNREACHABLE: "The gate's threshold must be one that the estimate can reach.",
  HEAD_UNSUITED: "A model's output must be able to learn: a softmax needs two units or more.",
  KERNEL_INPUT_INVALID:
    "What an operation is given must have the shapes and types that its kernel goes through.",
  KERNEL_MISSING: "The engine must have every kernel that the model's training needs.",
  LABELS_MISSING: "Parts that tell classes apart need a dataset with labels.",
  LAW_INVALID:
    "A sampler's law must state a finite expectation of every candidate, count in all, for fractions too.",
  LOSS_CONSTANT:
    "A loss must depend on what the model predicts, by operations that have gradients.",
  LOSS_NOT_FINITE: "The training loss of every example must be a finite number.",
  LOSS_NOT_PER_EXAMPLE: "A loss function must return one number for each example.",
  MODEL_NOT_COMPILED: "A tf.LayersModel must be compiled with an optimizer and a loss.",
  MODEL_UNSUPPORTED: "The model must be a tf.LayersModel or a definition made by functionModel().",
  OPTION_INVALID: "Options must match the part's schema.",
  OUTPUT_FAILED: "The output folder must be writable and hold what the command reads.",
  PART_INVALID:
    "A part must be made by a define function, with option defaults that mean what the same values mean when given.",
  PLUGIN_INVALID: "A plugin must be a value made by definePlugin.",
  RATE_INVALID: "A rate must give a finite factor above 0.",
  RATE_UNSCALED:
    "A learning rate that follows the effective batch needs unbiased weights, a plain step and an optimizer that it scales: as a warning.",
  REPLAY_EMPTY: "A replay buffer must hold an item before it is sampled.",
  RUN_CHANGED: "A run must go on with the settings that it began with, unless changes are allowed.",
  SCHEDULER_NEEDS_SCORES:
    "A scheduler, gate, sizer or rate that goes by scores needs a sampler with a draw law and a scorer.",
  SCORER_MISSING: "A sampler that draws by score needs a scorer.",
  SCORER_UNUSED: "A scorer must only be given to a sampler that draws by score.",
  SCORES_INVALID: "A scorer must return a Float32Array with one score for each candidate.",
  SCORE_NOT_FINITE: "Scores must be finite and not negative.",
  SCORING_FAILED: "What scores in the background must answer.",
  SCORING_UNAVAILABLE:
    "Scoring in the background needs a model, a dataset and an engine that can be had twice.",
  SELECTION_INVALID: "A selection must name rows of its pool, with positive expectations.",
  SETUP_FAILED:
    "The engine's package, Python's TensorFlow and the tools to build with must be there, and what is built must work.",
  SHAPE_MISMATCH: "Inputs and targets must have the shapes that the model and its loss expect.",
  SIGNAL_UNAVAILABLE:
    "Every signal that a scorer or sampler requires must be provided by the model.",
  SIZES_INVALID: "A sizer must give whole numbers: 1 ≤ rows ≤ candidates ≤ examples.",
  STATEFUL_MODEL:
    "A model that keeps states from batch to batch must be trained uniformly, in whole batches of its own size.",
  STATE_INCOMPATIBLE: "A state must be restored into the part and version that made it.",
  UNEXPECTED: "Nothing but coded errors should end a command; a fault of Unequal or of a plugin.",
  UNKNOWN_NAME: "A name must be one that is registered.",
  USAGE: "The command line must be one that --help describes.",
  WEIGHTING_NEEDS_EXPECTATION:
    "A weighting that divides by expectations needs a sampler that states them.",
  WEIGHTS_EXPLODED:
    "Rows of weights far above 1 should not make up nearly all of a step: as a warning.",
} as const;

/** Names one row of {@link ERROR_CODES}. */
export type ErrorCode = keyof typeof ERROR_CODES;

const BRAND = Symbol.for("unequal.error");

/**
 * Reports a fault of Unequal's input or surroundings under a stable code.
 *
 * The message says what must hold, what came, and what to do.
 */
export class UnequalError extends Error {
  readonly code: ErrorCode;
  readonly [BRAND] = true;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "UnequalError";
    this.code = code;
  }
}

/** Tells whether a value is an {@link UnequalError}, also one of another copy of this package. */
export function isUnequalError(value: unknown): value is UnequalError {
  return typeof value === "object" && value !== null && BRAND in value;
}

/** Returns what is said by whatever was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Makes the error of whatever is asked of a trainer after its end. */
export function disposed(): UnequalError {
  return new UnequalError("DISPOSED", "This trainer is disposed. Create a new one.");
}
