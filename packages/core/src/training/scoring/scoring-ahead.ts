import type { ReplicaAnswer } from "../../contracts/replica.js";
import type { Candidates, Scoring, ScoringRequest } from "../../contracts/scoring.js";

/** Candidates that were asked for before their step. */
export interface AskedCandidates {
  /** Returns them to their step, which comes after `update` updates; scores them then, where nobody has. */
  readonly take: (update: number) => Promise<Candidates>;
  /** Gives them up: they will not be taken. */
  readonly drop: () => void;
  /** Waits for what a replica found of them, to save it; undefined where none did. */
  readonly answer: () => Promise<ReplicaAnswer | undefined>;
}

/** A scoring that can begin with a pool before its step comes. */
export interface ScoringAhead extends Scoring {
  /**
   * How many updates before its step a pool is asked for: 0, while the update before it is under way, which has the new
   * parameters by then; undefined: never.
   */
  readonly lead: () => number | undefined;
  /**
   * Asks for candidates of a later step. Resolves when nothing of them is on its way on the learner. What fails of them
   * fails when they are taken.
   * @throws SCORING_UNAVAILABLE where nobody can begin with any
   */
  readonly ask: (request: ScoringRequest) => Promise<AskedCandidates>;
}

/** Candidates that are scored when they are taken. */
function later(scoring: Scoring, request: ScoringRequest): AskedCandidates {
  return {
    take: (update) => scoring.submit({ ...request, scoredAt: update }),
    drop: () => {},
    answer: () => Promise.resolve(undefined),
  };
}

/** Makes a scoring that begins when it is asked to submit. */
export function neverAhead(scoring: Scoring): ScoringAhead {
  return {
    submit: (request) => scoring.submit(request),
    dispose: () => scoring.dispose(),
    lead: () => undefined,
    ask: (request) => Promise.resolve(later(scoring, request)),
  };
}

/** Remembers the sizes of the last two pools. */
function createSizes() {
  const sizes: number[] = [];
  return {
    note: (size: number): void => {
      sizes.push(size);
      if (sizes.length > 2) sizes.shift();
    },
    /** Tells whether both were of this size. */
    are: (size: number): boolean => sizes.length === 2 && sizes.every((each) => each === size),
  };
}

/**
 * Lets the next pool be loaded and scored while the engine is still at an update, on the learner itself: for engines that
 * compute alongside the host. Where the last pools were of different sizes, the next is not guessed.
 */
export function aheadOnLearner(scoring: Scoring): ScoringAhead {
  const begun = new Set<Promise<Candidates>>();
  const sizes = createSizes();
  const submit: Scoring["submit"] = (request) => {
    sizes.note(request.ids.length);
    return scoring.submit(request);
  };
  const drop = (found: Promise<Candidates>): void => {
    if (!begun.delete(found)) return;
    found.then(
      (candidates) => candidates.dispose(),
      // what failed has nothing to free
      () => {},
    );
  };
  return {
    lead: () => 0,
    submit,
    ask: async (request) => {
      const { length } = request.ids;
      if (!sizes.are(length)) return later({ submit, dispose: () => scoring.dispose() }, request);
      const found = (async () => scoring.submit(request))();
      begun.add(found);
      await found.catch(() => {});
      return {
        take: async () => {
          sizes.note(length);
          begun.delete(found);
          // its time was spent in the step before, which waited for it
          return { ...(await found), durations: { load: 0, score: 0 } };
        },
        drop: () => drop(found),
        answer: () => Promise.resolve(undefined),
      };
    },
    dispose: async () => {
      begun.forEach(drop);
      await scoring.dispose();
    },
  };
}
