import type { Replica, ReplicaAnswer } from "../../contracts/replica.js";
import type { ScoringRequest } from "../../contracts/scoring.js";
import { UnequalError } from "../../errors.js";

/** Whether there is a replica: none, or none any more; one that is being made; one that answers. */
type ReplicaState = "none" | "starting" | "running";

/** Requests to a replica that are under way, each known by its array `ids`, until they are taken or forgotten. */
export interface ReplicaRequests {
  readonly replica: () => ReplicaState;
  /** Makes the replica; resolves when it is there. */
  readonly start: () => Promise<void>;
  /** Publishes the present parameters and asks; nothing without a replica. */
  readonly begin: (request: ScoringRequest) => void;
  /** Takes the answer; undefined where the request was not begun, or failed: then the replica is ended, and failure told. */
  readonly take: (request: ScoringRequest) => Promise<ReplicaAnswer | undefined>;
  /** Waits for the answer and leaves it to be taken. */
  readonly look: (request: ScoringRequest) => Promise<ReplicaAnswer | undefined>;
  /** Has an answer, of a restored run, ready to be taken. */
  readonly know: (request: ScoringRequest, answer: ReplicaAnswer) => void;
  readonly forget: () => void;
  /** Ends the replica for good; resolves when nothing of it is left, or when it is made for longer than it is waited for. */
  readonly end: () => Promise<void>;
}

interface Options {
  /** Makes the replica, unless it is told meanwhile that nobody wants it any more. */
  readonly make: (signal: AbortSignal) => Promise<Replica>;
  /** Whether scores are to be of the parameters at the time of asking, or of the newest. */
  readonly exact: boolean;
  /** Seconds that the replica, or an answer, is waited for. */
  readonly timeout: number;
  readonly failed: (error: unknown) => void;
}

type Begun = Map<Uint32Array, Promise<ReplicaAnswer>>;

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
function keepReplica({ make, timeout }: Options, begun: Begun) {
  const life = new AbortController();
  const { signal } = life;
  let making: Promise<Replica> | undefined;
  let replica: Replica | undefined;
  let ending: Promise<void> | undefined;
  const finish = async (): Promise<void> => {
    begun.clear();
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
async function ask(
  replica: Replica,
  { scoredAt, ...request }: ScoringRequest,
  exact: boolean,
): Promise<ReplicaAnswer> {
  replica.publish(scoredAt);
  return replica.compute({ ...request, parameters: exact ? "asked" : "newest" });
}

/** Keeps the requests to a replica. */
export function createReplicaRequests(options: Options): ReplicaRequests {
  const begun: Begun = new Map();
  const { present, isOver, state, start, end } = keepReplica(options, begun);
  const look: ReplicaRequests["look"] = async ({ ids }) => {
    const found = begun.get(ids);
    if (found === undefined) return undefined;
    try {
      return await within(found, options.timeout);
    } catch (error) {
      // what its end cuts off did not fail
      if (!isOver()) options.failed(error);
      await end();
      return undefined;
    }
  };
  return {
    replica: state,
    start,
    end,
    look,
    begin: (request) => {
      const replica = present();
      if (replica === undefined) return;
      const answer = ask(replica, request, options.exact);
      // who takes it learns of its failure
      answer.catch(() => {});
      begun.set(request.ids, answer);
    },
    take: async (request) => {
      const answer = await look(request);
      begun.delete(request.ids);
      return answer;
    },
    know: ({ ids }, answer) => void begun.set(ids, Promise.resolve(answer)),
    forget: () => {
      begun.clear();
    },
  };
}
