import { weightProduct } from "../arrays/weight-product.js";
import type { Dataset } from "../contracts/dataset.js";
import type { Replica, ReplicaAnswer, ReplicaRequest } from "../contracts/replica.js";
import { UnequalError } from "../errors.js";
import { forward, type ToyModel } from "./toy-model.js";
import { examplesOf, signalsOf } from "./toy-pass.js";

/** Imitates, in tests, what other threads do to a replica. */
export interface ToyReplicaHooks {
  /** Is awaited while the work on a request is under way; absent: no delay. */
  readonly delay?: () => Promise<void>;
  /** Says how many seconds the work on a request took; absent: 0. */
  readonly seconds?: () => number;
  /** Is asked as the work on each request begins; true fails that request. */
  readonly fail?: () => boolean;
}

/** What a toy replica is a copy of. */
export interface ToyReplicaParts {
  readonly settings: ToyModel;
  /** The learner's present parameters, which a replica copies. */
  readonly theta: Float64Array;
  readonly dataset: Dataset;
  readonly hooks: ToyReplicaHooks;
}

interface Published {
  readonly theta: Float64Array;
  readonly scoredAt: number;
}

function failure(what: string, cause?: unknown): UnequalError {
  const message = `A toy replica must answer, but ${what}`;
  return new UnequalError("SCORING_FAILED", message, ...(cause === undefined ? [] : [{ cause }]));
}

function isFailure(cause: unknown): cause is UnequalError {
  return cause instanceof UnequalError && cause.code === "SCORING_FAILED";
}

async function answerAt(
  { settings, dataset, hooks }: ToyReplicaParts,
  { theta, scoredAt }: Published,
  { ids, keys, weights: extra, signals }: ReplicaRequest,
): Promise<ReplicaAnswer> {
  const host = await dataset.take(ids, keys);
  const weights = weightProduct(ids.length, [host.weights, extra]);
  const examples = examplesOf(settings, { ...host, weights });
  const passes = examples.map((example) => forward(settings, theta, example));
  const found = signalsOf(signals, examples, passes);
  return { signals: found, weights, scoredAt, seconds: hooks.seconds?.() ?? 0 };
}

/** Creates a copy of a toy learner that answers later, one request after the other, on the same thread. */
export function toyReplica(parts: ToyReplicaParts): Replica {
  const { theta, hooks } = parts;
  let published: Published | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let disposed = false;
  const enders = new Set<() => void>();
  const work = async (request: ReplicaRequest, at: Published): Promise<ReplicaAnswer> => {
    if (hooks.fail?.() === true) throw failure("its hook `fail` said no.");
    await hooks.delay?.();
    return answerAt(parts, at, request);
  };
  return {
    publish: (update) => {
      if (!disposed) published = { theta: theta.slice(), scoredAt: update };
    },
    compute: (request) => {
      if (disposed) return Promise.reject(failure("it is disposed."));
      if (published === undefined) return Promise.reject(failure("nothing was published."));
      const at = published;
      const found = last.then(() => work(request, at));
      last = found.catch(() => undefined);
      return new Promise((resolve, reject) => {
        const end = (): void => reject(failure("it is disposed."));
        enders.add(end);
        const settle = (how: () => void): void => {
          enders.delete(end);
          how();
        };
        found.then(
          (answer) => settle(() => resolve(answer)),
          (cause: unknown) =>
            settle(() =>
              reject(isFailure(cause) ? cause : failure(`it failed: ${String(cause)}`, cause)),
            ),
        );
      });
    },
    dispose: async () => {
      disposed = true;
      for (const end of enders) end();
    },
  };
}
