/** A way in which a fit differs from TensorFlow.js on purpose. */
interface Difference {
  /** What `tf.LayersModel` does. */
  readonly theirs: string;
  /** What `ImportanceTraining` does. */
  readonly ours: string;
  readonly reason: string;
}

/**
 * All intended differences between TensorFlow.js and a fit of ours with uniform sampling, by the keys that the table in
 * docs/fit.md begins its rows with.
 */
export const INTENDED = {
  "last-batch": {
    theirs: "The last batch of an epoch has the rows that are left.",
    ours: "It is filled up with the first rows of the next pass.",
    reason: "A short batch gives its rows more weight than the others; every update is of b rows.",
  },
  "stream-batches": {
    theirs: "An update is of a batch of the stream, whatever its size.",
    ours: "Rows of all batches are collected; updates are of batchSize rows, if it is given.",
    reason: "Candidates are drawn from more than a batch.",
  },
  "rows-of-a-stream": {
    theirs: "A stream must give batches.",
    ours: "It may also give rows, which are told apart by their shapes.",
    reason: "Batches are made again anyway.",
  },
  "stream-order": {
    theirs: "Batches are trained on in the order in which they come.",
    ours: "Rows are shuffled in every pass; `shuffle: false` keeps their order.",
    reason: "Candidates should be a random sample.",
  },
  "stream-ends-early": {
    theirs: "Training stops, with a warning, where a stream ends before batchesPerEpoch × epochs.",
    ours: "It is dealt from again.",
    reason: "It is in memory.",
  },
  "stream-without-end": {
    theirs: "A stream that repeats without end trains for ever.",
    ours: "DATASET_TOO_LARGE, unless batchesPerEpoch says how much of it is wanted.",
    reason: "It is read into memory.",
  },
  "stream-read-once": {
    theirs: "A stream is read again in every epoch.",
    ours: "It is read once, into memory, at the beginning.",
    reason: "Rows have ids, by which samplers remember them.",
  },
  "loss-without-regularisers": {
    theirs: "loss has the regularisers in it, val_loss and the losses of outputs have not.",
    ours: "None of them has; regularisers are trained all the same.",
    reason: "loss and val_loss can be compared.",
  },
  "losses-from-logits": {
    theirs:
      "Probabilities are cut off at 1e-7 before their logarithm, and lose their gradient there.",
    ours: 'Softmax and sigmoid heads are trained on their logits; `loss: "as-compiled"` cuts off.',
    reason: "Confident mistakes are what importance sampling looks for.",
  },
  "loss-per-example": {
    theirs: "A loss function may return one number for the whole batch.",
    ours: "It is refused: LOSS_NOT_PER_EXAMPLE.",
    reason: "Rows are weighted one by one.",
  },
  "loss-not-finite": {
    theirs: "Training goes on with NaN.",
    ours: "LOSS_NOT_FINITE names the example.",
    reason: "NaN never goes away again.",
  },
  "val-columns-of-outputs": {
    theirs: "With several outputs, the columns val_… hold running sums, off by one.",
    ours: "Each holds the value of its name.",
    reason: "A fault of TensorFlow.js 4.22.",
  },
  "sample-weight": {
    theirs: "sampleWeight, and a third part of validationData, are refused.",
    ours: "They are part of the loss of an example.",
    reason: "Weights of examples and of importance sampling are one thing.",
  },
  "class-weight-of-absent": {
    theirs: "A class without an entry in classWeight is an error.",
    ours: "It weighs 1.",
    reason: "As in Keras.",
  },
  "class-weight-of-none": {
    theirs: "A weight of a class that an output has not is ignored, and so is an empty list.",
    ours: "OPTION_INVALID.",
    reason: "Labels were counted from 1, or weights were lost on the way.",
  },
  "class-weight-of-positions": {
    theirs: "classWeight wants targets of rank 1 or 2.",
    ours: "Each pixel or step is weighed by its own class.",
    reason: "Masks are where classes are rare.",
  },
  "labels-out-of-range": {
    theirs: "A class id that an output has not is trained on as a row of zeros.",
    ours: "DATASET_INVALID names the example.",
    reason: "Labels were counted from 1.",
  },
  "int32-labels": {
    theirs: "sparseCategoricalCrossentropy refuses int32 labels.",
    ours: "They are taken.",
    reason: "They are what tf.tensor of labels gives.",
  },
  "steps-per-epoch": {
    theirs: "fit ignores stepsPerEpoch.",
    ours: "An epoch has so many updates, and a pass over the data may end within it.",
    reason: "As in Keras.",
  },
  "epochs-of-a-stream": {
    theirs: "fitDataset wants epochs.",
    ours: "1 unless said.",
    reason: "As in fit.",
  },
  "validation-steps": {
    theirs: "validationSteps, and validationBatches of data in memory, are ignored.",
    ours: "So many batches of validationBatchSize are validated on, the first.",
    reason: "As in Keras.",
  },
  "unknown-options": {
    theirs: "Options that do not exist are ignored.",
    ours: "OPTION_INVALID names the nearest that does.",
    reason: "A misspelt option is a wrong run.",
  },
  "order-of-rows": {
    theirs: "shuffle takes Math.random.",
    ours: "It takes the seed of ImportanceTraining.",
    reason: "A program repeats itself.",
  },
  "noise-of-layers": {
    theirs: "Dropout and noise take Math.random; a layer with a seed repeats one mask for ever.",
    ours: "Masks are new at each update and follow from the seed.",
    reason: "A program repeats itself.",
  },
  "batch-begin-logs": {
    theirs: "onBatchBegin gets empty logs from fit, batch and size from fitDataset.",
    ours: "It gets batch and size from both.",
    reason: "One form for both.",
  },
  "logs-are-numbers": {
    theirs: "A tf.Callback gets logs of tensors.",
    ours: "All callbacks get numbers.",
    reason: "Losses are on the host anyway, where scores are.",
  },
  "unknown-callbacks": {
    theirs: "Functions of a callback that nothing calls are ignored.",
    ours: "A warning names the nearest that is called.",
    reason: "A misspelt callback is never missed.",
  },
  "progress-line": {
    theirs: "Nothing is printed, but for the bar of tfjs-node.",
    ours: "A line for each epoch, unless verbose is 0.",
    reason: "Training takes long.",
  },
  "callbacks-mixed": {
    theirs: "A list holds either tf.Callbacks or objects of functions.",
    ours: "It may hold both.",
    reason: "Both are called alike.",
  },
  "on-yield": {
    theirs: 'onYield is not called with yieldEvery "batch" or "epoch".',
    ours: "It is called after each batch, or epoch.",
    reason: "That is when the fit yields.",
  },
  "params-of-callbacks": {
    theirs:
      "params.steps is of fitDataset alone; samples, batchSize and initialEpoch of fit alone.",
    ours: "All are told by both.",
    reason: "A fit of ours always knows them.",
  },
  "model-history": {
    theirs: "model.history is the History that fit returns.",
    ours: "The record is returned, and nothing is put on the model.",
    reason: "Its type is a class of TensorFlow.js.",
  },
} as const satisfies Readonly<Record<string, Difference>>;

/** Key of an intended difference. */
export type IntendedDifference = keyof typeof INTENDED;
