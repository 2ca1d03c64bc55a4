import type { Candidates, Scoring, ScoringRequest } from "../../contracts/scoring.js";

/** A scoring that can begin with a pool before its step comes. */
export interface ScoringAhead extends Scoring {
  /**
   * How many updates before its step a pool is asked for: 0, while the update before it is under way, which has the new
   * parameters by then; undefined: never.
   */
  readonly lead: () => number | undefined;
  /**
   * Begins with a request, which `submit` is given later: the one with the same `ids`, the very array. Resolves when
   * nothing of it is on its way on the learner. What fails of it fails in `submit`.
   * @throws SCORING_UNAVAILABLE where nobody can begin with any
   */
  readonly ahead: (request: ScoringRequest) => Promise<void>;
  /** Gives up what was begun and is not wanted any more. */
  readonly forget: () => void;
}

/** Makes a scoring that begins when it is asked to submit. */
export function neverAhead(scoring: Scoring): ScoringAhead {
  return {
    ...scoring,
    lead: () => undefined,
    ahead: () => Promise.resolve(),
    forget: () => {},
  };
}

/**
 * Lets the next pool be loaded and scored while the engine is still at an update, on the learner itself: for engines that
 * compute alongside the host. Where the last pools were of different sizes, the next is not guessed.
 */
export function aheadOnLearner(scoring: Scoring): ScoringAhead {
  const begun = new Map<Uint32Array, Promise<Candidates>>();
  const sizes: number[] = [];
  const forget = (): void => {
    for (const found of begun.values())
      found.then(
        (candidates) => candidates.dispose(),
        // what failed has nothing to free
        () => {},
      );
    begun.clear();
  };
  return {
    lead: () => 0,
    forget,
    ahead: async (request) => {
      if (!sizes.every((size) => size === request.ids.length) || sizes.length < 2) return;
      const found = (async () => scoring.submit(request))();
      begun.set(request.ids, found);
      await found.catch(() => {});
    },
    submit: async (wanted) => {
      sizes.push(wanted.ids.length);
      if (sizes.length > 2) sizes.shift();
      const found = begun.get(wanted.ids);
      if (found === undefined) return scoring.submit(wanted);
      begun.delete(wanted.ids);
      // its time was spent in the step before, which waited for it
      return { ...(await found), durations: { load: 0, score: 0 } };
    },
    dispose: async () => {
      forget();
      await scoring.dispose();
    },
  };
}
