import type { Clock } from "../contracts/clock.js";
import type { Candidates, Scoring, ScoringRequest } from "../contracts/scoring.js";

/** A scoring that can be asked beforehand for what will probably be wanted next. */
export interface ScoringAhead extends Scoring {
  /** Submits a request without waiting for it; `submit` hands it over if it is asked for the very same. */
  readonly ahead: (request: ScoringRequest) => void;
}

function same<T>(left: ArrayLike<T>, right: ArrayLike<T>): boolean {
  return (
    left.length === right.length &&
    Array.prototype.every.call(left, (each, at) => each === right[at])
  );
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

/** Lets requests be made ahead: their durations are then what is left to wait for. One at a time; what nobody asks for is freed. */
export function scoringAhead(scoring: Scoring, clock: Clock): ScoringAhead {
  let pending: { readonly asked: ScoringRequest; readonly found: Promise<Candidates> } | undefined;
  const free = (): void => {
    // what failed has nothing to free, and fails again if it is asked for
    pending?.found.then(
      ({ batch }) => batch.dispose(),
      () => {},
    );
    pending = undefined;
  };
  return {
    ahead: (asked) => {
      free();
      const found = scoring.submit(asked);
      found.catch(() => {});
      pending = { asked, found };
    },
    submit: async (wanted) => {
      if (pending === undefined || !isWanted(pending.asked, wanted)) {
        free();
        return scoring.submit(wanted);
      }
      const { found } = pending;
      pending = undefined;
      const started = clock.now();
      const candidates = await found;
      return { ...candidates, durations: { load: 0, score: clock.now() - started } };
    },
    dispose: async () => {
      const last = pending?.found.catch(() => {});
      free();
      await last;
      await scoring.dispose();
    },
  };
}
