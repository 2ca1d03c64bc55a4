import * as tf from "@tensorflow/tfjs";
import { mapColumns, toNested, toTensor, type Column } from "./columns.js";
import type { Data, FitOptions, Recorded, Step, Trainee } from "./differential-case.js";

/** Rows of one update in all cases. */
export const BATCH = 4;

const ordered = { batchSize: BATCH, epochs: 2, shuffle: false, verbose: 0 };

/** How our `fit` is given the data that TensorFlow.js is given in tensors; `typed`: the inputs alone, to be cut by rows. */
type Form = "tensors" | "nested" | "typed" | "shaped";

const FORMS: Readonly<Record<Form, (column: Column) => unknown>> = {
  tensors: toTensor,
  nested: toNested,
  typed: ({ data }) => data,
  shaped: ({ data, shape }) => ({ data, shape }),
};

type Fit = (trainee: Trainee) => Promise<Recorded>;

async function disposing(given: unknown, run: () => Promise<Recorded>): Promise<Recorded> {
  try {
    return await run();
  } finally {
    tf.dispose(given as tf.TensorContainer);
  }
}

/** Fits data in memory for two epochs, or as `options` say. */
export function inMemory(data: Data, options: FitOptions = {}, form: Form = "tensors"): Fit {
  return ({ ours, fit }) => {
    const used = ours ? form : "tensors";
    const x = mapColumns(data.x, FORMS[used]);
    const y = mapColumns(data.y, FORMS[used === "typed" ? "shaped" : used]);
    return disposing({ x, y }, () => fit(x, y, { ...ordered, ...options }));
  };
}

/** Fits data in memory and validates on other data. */
export function validated(data: Data, held: Data, options: FitOptions = {}): Fit {
  return (trainee) => {
    const validationData = [mapColumns(held.x, toTensor), mapColumns(held.y, toTensor)];
    const fit = inMemory(data, { ...options, validationData });
    return disposing(validationData, () => fit(trainee));
  };
}

/** Fits a stream, made anew for each trainee, for two epochs, or as `options` say. */
export function streamed(stream: () => unknown, options: FitOptions = {}): Fit {
  return ({ fitDataset }) => fitDataset(stream(), { ...ordered, ...options });
}

/** Changes the model between two fits. */
export function change(how: (model: tf.LayersModel) => void): Step {
  return ({ model }) => {
    how(model);
    return undefined;
  };
}

/** Fits a stream and validates on data in memory. */
export function validatedStream(stream: () => unknown, held: Data, options: FitOptions = {}): Fit {
  return (trainee) => {
    const validationData = [mapColumns(held.x, toTensor), mapColumns(held.y, toTensor)];
    const fit = streamed(stream, { ...options, validationData });
    return disposing(validationData, () => fit(trainee));
  };
}

/** Fits a stream of rows, which we batch ourselves, and the same in batches, which TensorFlow.js wants. */
export function unbatched(rows: () => unknown, batches: () => unknown): Fit {
  return (trainee) => streamed(trainee.ours ? rows : batches)(trainee);
}
