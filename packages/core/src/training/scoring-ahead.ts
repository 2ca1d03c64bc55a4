import type { Candidates, Scoring, ScoringRequest } from "../contracts/scoring.js";

/** A scoring that can be asked beforehand for what will probably be wanted next. */
export interface ScoringAhead extends Scoring {
  /**
   * Submits a request for the next step, if the last two asked for as many candidates as it; `submit` hands what it finds
   * over if it is asked for the very same. Resolves when that is known, and never rejects: what failed fails then.
   */
  readonly ahead: (request: ScoringRequest) => Promise<void>;
  /** Frees what was asked for ahead: it is not wanted any more. */
  readonly forget: () => void;
}

function same<T>(left: ArrayLike<T>, right: ArrayLike<T>): boolean {
  if (left.length !== right.length) return false;
  for (let at = 0; at < left.length; at++) if (left[at] !== right[at]) return false;
  return true;
}

function isWanted(asked: ScoringRequest, wanted: ScoringRequest): boolean {
  return (
    asked.version === wanted.version &&
    asked.weights === wanted.weights &&
    same(asked.signals, wanted.signals) &&
    same(asked.ids, wanted.ids) &&
    same(asked.keys, wanted.keys)
  );
}

interface Asked {
  readonly request: ScoringRequest;
  readonly found: Promise<Candidates>;
}

/** Lets requests be made ahead, one at a time; what nobody asks for is freed. */
export function scoringAhead(scoring: Scoring): ScoringAhead {
  let asked: Asked | undefined;
  const sizes: number[] = [];
  const forget = (): void => {
    // what failed has nothing to free
    asked?.found.then(
      (candidates) => candidates.dispose(),
      () => {},
    );
    asked = undefined;
  };
  return {
    forget,
    ahead: async (request) => {
      forget();
      if (!sizes.every((size) => size === request.ids.length) || sizes.length < 2) return;
      const found = (async () => scoring.submit(request))();
      asked = { request, found };
      await found.catch(() => {});
    },
    submit: async (wanted) => {
      sizes.push(wanted.ids.length);
      if (sizes.length > 2) sizes.shift();
      if (asked !== undefined && isWanted(asked.request, wanted)) {
        const { found } = asked;
        asked = undefined;
        // its time was spent in the step before, which waited for it
        return { ...(await found), durations: { load: 0, score: 0 } };
      }
      forget();
      return scoring.submit(wanted);
    },
    dispose: async () => {
      forget();
      await scoring.dispose();
    },
  };
}
