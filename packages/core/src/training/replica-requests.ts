import type { Replica, ReplicaAnswer } from "../contracts/replica.js";
import type { ScoringRequest } from "../contracts/scoring.js";
import { within } from "./within.js";

/** Requests to a replica that are under way, each known by its array `ids`, until they are taken or forgotten. */
export interface ReplicaRequests {
  readonly running: () => boolean;
  /** Makes the replica, once. */
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
  readonly end: () => Promise<void>;
}

interface Options {
  readonly make: () => Promise<Replica>;
  /** Whether scores are to be of the parameters at the time of asking, or of the newest. */
  readonly exact: boolean;
  /** Seconds that an answer is waited for. */
  readonly timeout: number;
  readonly failed: (error: unknown) => void;
}

/** Keeps the requests to a replica. */
export function createReplicaRequests(options: Options): ReplicaRequests {
  const { make, exact, timeout, failed } = options;
  const begun = new Map<Uint32Array, Promise<ReplicaAnswer>>();
  let replica: Replica | undefined;
  const end = async (): Promise<void> => {
    begun.clear();
    const ended = replica;
    replica = undefined;
    await ended?.dispose();
  };
  const look: ReplicaRequests["look"] = async ({ ids }) => {
    const found = begun.get(ids);
    if (found === undefined) return undefined;
    try {
      return await within(found, timeout);
    } catch (error) {
      failed(error);
      await end();
      return undefined;
    }
  };
  return {
    running: () => replica !== undefined,
    start: async () => {
      replica ??= await make();
    },
    begin: ({ version, ...request }) => {
      if (replica === undefined) return;
      replica.publish(version);
      const answer = replica.compute({ ...request, parameters: exact ? "asked" : "newest" });
      // who takes it learns of its failure
      answer.catch(() => {});
      begun.set(request.ids, answer);
    },
    look,
    take: async (request) => {
      const answer = await look(request);
      begun.delete(request.ids);
      return answer;
    },
    know: ({ ids }, answer) => void begun.set(ids, Promise.resolve(answer)),
    forget: () => {
      begun.clear();
    },
    end,
  };
}
