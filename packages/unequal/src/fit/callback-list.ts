import type * as tf from "@tensorflow/tfjs";
import type { Remembering } from "@unequal/core";

/** Losses and metrics by name. */
export type Logs = Record<string, number>;

type Returned = void | Promise<void>;

/** What a callback may listen to: the names of `tf.CustomCallbackArgs`, and of `tf.Callback`'s methods. One with a state gets it back after onTrainBegin of a fit that goes on. */
export interface FitCallback extends Remembering {
  readonly onTrainBegin?: (logs?: Logs) => Returned;
  readonly onTrainEnd?: (logs?: Logs) => Returned;
  readonly onEpochBegin?: (epoch: number, logs?: Logs) => Returned;
  readonly onEpochEnd?: (epoch: number, logs?: Logs) => Returned;
  readonly onBatchBegin?: (batch: number, logs?: Logs) => Returned;
  readonly onBatchEnd?: (batch: number, logs?: Logs) => Returned;
  readonly onYield?: (epoch: number, batch: number, logs: Logs) => Returned;
}

/** One callback of TensorFlow.js or of one's own, or several. */
export type Callbacks =
  | FitCallback
  | tf.CustomCallbackArgs
  | tf.Callback
  | readonly (FitCallback | tf.CustomCallbackArgs | tf.Callback)[];

interface Attachable {
  readonly setModel?: (model: tf.LayersModel) => void;
  readonly setParams?: (params: Readonly<Record<string, unknown>>) => void;
}

/** Calls several callbacks in turn, waiting for each. */
export interface CallbackList {
  readonly trainBegin: () => Promise<void>;
  readonly trainEnd: () => Promise<void>;
  readonly epochBegin: (epoch: number) => Promise<void>;
  readonly epochEnd: (epoch: number, logs: Logs) => Promise<void>;
  readonly batchBegin: (batch: number, logs: Logs) => Promise<void>;
  readonly batchEnd: (batch: number, logs: Logs) => Promise<void>;
  readonly yielded: (epoch: number, batch: number, logs: Logs) => Promise<void>;
}

/** Joins callbacks, and tells those of TensorFlow.js the model and the parameters of the fit. */
export function createCallbackList(
  callbacks: Callbacks | undefined,
  model: tf.LayersModel,
  params: Readonly<Record<string, unknown>>,
): CallbackList {
  const list = [callbacks ?? []].flat() as unknown as readonly (FitCallback & Attachable)[];
  for (const callback of list) {
    callback.setParams?.({ ...params });
    callback.setModel?.(model);
  }
  const each = async (call: (callback: FitCallback) => Returned): Promise<void> => {
    for (const callback of list) await call(callback);
  };
  return {
    trainBegin: () => each((callback) => callback.onTrainBegin?.({})),
    trainEnd: () => each((callback) => callback.onTrainEnd?.({})),
    epochBegin: (epoch) => each((callback) => callback.onEpochBegin?.(epoch, {})),
    epochEnd: (epoch, logs) => each((callback) => callback.onEpochEnd?.(epoch, logs)),
    batchBegin: (batch, logs) => each((callback) => callback.onBatchBegin?.(batch, logs)),
    batchEnd: (batch, logs) => each((callback) => callback.onBatchEnd?.(batch, logs)),
    yielded: (epoch, batch, logs) => each((callback) => callback.onYield?.(epoch, batch, logs)),
  };
}
