import type { Replica, ReplicaAnswer } from "../../contracts/replica.js";
import type { ScoringRequest } from "../../contracts/scoring.js";
import { UnequalError } from "../../errors.js";

/** Whether there is a replica: none, or none any more; one that is being made; one that answers. */
type ReplicaState = "none" | "starting" | "running";

/** What a replica was asked. */
export interface PendingAnswer {
  /** Waits for the answer; undefined where there was no replica, or is none any more: where it failed it is ended, and failure told. */
  readonly answer: () => Promise<ReplicaAnswer | undefined>;
}

/** A replica, from when it is made to its end, and what is asked of it. */
export interface ReplicaRequests {
  readonly replica: () => ReplicaState;
  /** Makes the replica; resolves when it is there. */
  readonly start: () => Promise<void>;
  /** Publishes the present parameters and asks; nothing without a replica. */
  readonly ask: (request: ScoringRequest) => PendingAnswer;
  /** What was asked in a run that is taken up, and had an answer. */
  readonly asked: (answer: ReplicaAnswer | undefined) => PendingAnswer;
  /** Ends the replica for good; resolves when nothing of it is left, or when it is made for longer than it is waited for. */
  readonly end: () => Promise<void>;
}

interface Options {
  /** Makes the replica, unless it is told meanwhile that nobody wants it any more. */
  readonly make: (signal: AbortSignal) => Promise<Replica>;
  /** Seconds that the replica, or an answer, is waited for. */
  readonly timeout: number;
  readonly failed: (error: unknown) => void;
}

/** Waits for a promise, but no longer than some seconds. @throws SCORING_FAILED */
async function within<T>(promise: Promise<T>, seconds: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const message = `What scores must answer within ${seconds} s, but did not. Raise scoring's option timeout if it is that slow.`;
      reject(new UnequalError("SCORING_FAILED", message));
    }, seconds * 1000);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Keeps one replica, from when it is made to its end. */
function keepReplica({ make, timeout }: Options) {
  const life = new AbortController();
  const { signal } = life;
  let making: Promise<Replica> | undefined;
  let replica: Replica | undefined;
  let ending: Promise<void> | undefined;
  const finish = async (): Promise<void> => {
    replica = undefined;
    life.abort();
    if (making === undefined) return;
    // whenever it is made, if it is made in spite of the signal
    const disposed = making.then((made) => made.dispose()).catch(() => {});
    await within(making, timeout).then(
      () => disposed,
      () => {},
    );
  };
  const end = (): Promise<void> => (ending ??= finish());
  return {
    present: () => replica,
    isOver: () => signal.aborted,
    state: (): ReplicaState => {
      if (making === undefined || signal.aborted) return "none";
      return replica === undefined ? "starting" : "running";
    },
    start: async () => {
      making ??= make(signal);
      try {
        const ready = await within(making, timeout);
        if (!signal.aborted) replica = ready;
      } catch (error) {
        // who ends it while it is made does not want it
        if (signal.aborted) return;
        void end();
        throw error;
      }
    },
    end,
  };
}

/** Publishes the present parameters and asks; whatever fails, fails in the promise. */
async function publishAndAsk(
  replica: Replica,
  { scoredAt, ...request }: ScoringRequest,
): Promise<ReplicaAnswer> {
  replica.publish(scoredAt);
  return replica.compute(request);
}

/** Keeps a replica, and asks it. */
export function createReplicaRequests(options: Options): ReplicaRequests {
  const { present, isOver, state, start, end } = keepReplica(options);
  const wait = async (found: Promise<ReplicaAnswer>): Promise<ReplicaAnswer | undefined> => {
    if (isOver()) return undefined;
    try {
      return await within(found, options.timeout);
    } catch (error) {
      // what its end cuts off did not fail
      if (!isOver()) options.failed(error);
      await end();
      return undefined;
    }
  };
  const requestOf = (found: Promise<ReplicaAnswer> | undefined): PendingAnswer => {
    // who waits for it learns of its failure
    found?.catch(() => {});
    return { answer: async () => (found === undefined ? undefined : wait(found)) };
  };
  return {
    replica: state,
    start,
    end,
    ask: (request) => {
      const replica = present();
      return requestOf(replica && publishAndAsk(replica, request));
    },
    asked: (answer) => requestOf(answer && Promise.resolve(answer)),
  };
}
