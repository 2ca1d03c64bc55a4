import type { Clock } from "../../contracts/clock.js";
import type { Dataset } from "../../contracts/dataset.js";
import type { Learner } from "../../contracts/learner.js";
import type { Replica, ReplicaAnswer } from "../../contracts/replica.js";
import type { Candidates, Rows, Scoring, ScoringRequest } from "../../contracts/scoring.js";
import type { SignalSource } from "../../contracts/signal-source.js";
import { isUnequalError, reasonOf, UnequalError } from "../../errors.js";
import type { ScoringMode } from "../../contracts/events.js";
import type { EventBus } from "../../events.js";
import { everyRow } from "../../arrays/every-row.js";
import { pickExamples } from "../pools/pick.js";
import {
  createReplicaRequests,
  type PendingAnswer,
  type ReplicaRequests,
} from "./replica-requests.js";
import type { AskedCandidates, ScoringAhead } from "./scoring-ahead.js";
import { createMode, type Mode, type ScoringStatus } from "./scoring-mode.js";
import type { ScoringSettings } from "./scoring-option.js";
import { ownSignals, withSources } from "./signal-sources.js";

/** A scoring that a replica of the model does while training goes on, as long as it can and is worth it. */
export interface BackgroundScoring extends ScoringAhead {
  readonly mode: () => ScoringMode;
  /**
   * Begins to make the replica at the first call, while training goes on; throws at a later one if that failed; under `auto`
   * scores are then computed inline.
   * @throws SCORING_UNAVAILABLE
   */
  readonly start: () => Promise<void>;
  /** Scores from now on here or there, and says so by `scoring:switched`. */
  readonly use: (mode: ScoringMode, reason: string) => void;
  /** Scores inline for good, and ends the replica. */
  readonly stop: (reason: string) => Promise<void>;
  /** Has the replica score what nobody wants; resolves with the seconds that it took, if it could, and never rejects. */
  readonly tryOut: (request: ScoringRequest) => Promise<number | undefined>;
  readonly replica: ReplicaRequests["replica"];
  /** What was asked in a run that is taken up, with what was found of it. */
  readonly asked: (request: ScoringRequest, answer: ReplicaAnswer | undefined) => AskedCandidates;
  readonly status: () => ScoringStatus;
  /** Takes up a restored run where it was: with another replica if this one has failed since, or without it if it was over. */
  readonly resume: (status: ScoringStatus) => Promise<void>;
}

/** What scores in the background are made of. */
export interface BackgroundParts {
  readonly learner: Learner;
  readonly dataset: Dataset;
  readonly sources: readonly SignalSource[];
  /** Scores on the learner, and loads the rows that are drawn. */
  readonly inline: Scoring;
  readonly events: EventBus;
  readonly clock: Clock;
}

interface Labelled extends BackgroundParts {
  readonly labels: Int32Array | undefined;
  readonly mode: Mode;
}

/** The examples of an update on no rows. */
const NO_ROWS: Rows["batch"] = { size: 0, dispose: () => {} };

/** Makes candidates of an answer: their rows are loaded once they are drawn. */
function candidatesOf(
  { labels, inline }: Labelled,
  request: ScoringRequest,
  { weights, signals, scoredAt }: ReplicaAnswer,
): Omit<Candidates, "durations"> {
  const { ids, keys } = request;
  const loaded: Candidates[] = [];
  return {
    pool: {
      ids,
      keys,
      weights,
      ...(labels && { labels: Int32Array.from(ids, (id) => labels[id] as number) }),
      signals,
      scoredAt,
    },
    load: async (rows): Promise<Rows> => {
      if (rows.length === 0) return { batch: NO_ROWS, rows };
      const candidates = await inline.submit({
        ...pickExamples(request, rows),
        signals: [],
        scoredAt,
      });
      loaded.push(candidates);
      return candidates.load(everyRow(rows.length));
    },
    dispose: () => {
      for (const candidates of loaded) candidates.dispose();
    },
  };
}

async function replicaOf(
  { learner, dataset }: BackgroundParts,
  { background: { workers, modules } }: ScoringSettings,
  signal: AbortSignal,
): Promise<Replica> {
  if (learner.replicate !== undefined)
    return learner.replicate(dataset, { workers, modules, signal });
  throw new UnequalError(
    "SCORING_UNAVAILABLE",
    'Scoring in the background needs a learner that can be replicated, but this one cannot. Use scoring: "inline".',
  );
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}

/** Makes the replica when it is first wanted, and keeps what came of it. */
function createStart(requests: ReplicaRequests, mode: Mode, { name }: ScoringSettings) {
  let starting: Promise<void> | undefined;
  let failure: { readonly error: unknown } | undefined;
  const start = async (): Promise<void> => {
    try {
      await requests.start();
    } catch (error) {
      const code = isUnequalError(error) ? error.code : "UNEXPECTED";
      if (code === "SCORING_FAILED") mode.fail(error);
      else if (code === "SCORING_UNAVAILABLE" && name === "auto") mode.giveUp(reasonOf(error));
      else failure = { error };
    }
  };
  const check = (): void => {
    if (failure !== undefined) throw failure.error;
  };
  return {
    begin: async () => {
      check();
      if (mode.status().over) return;
      if (starting === undefined && name === "background")
        mode.use("background", "It was asked for.");
      starting ??= start();
      // steps that never wait would keep its messages out
      if (requests.replica() === "starting") await nextTurn();
    },
    /** Waits until the replica is there. */
    wait: async () => {
      await starting;
      check();
    },
  };
}

/** Scores inline, unless it is the end. @throws DISPOSED */
function scoreInline({ mode, inline }: Labelled, request: ScoringRequest): Promise<Candidates> {
  mode.checkOpen();
  return inline.submit(request);
}

/** Makes candidates of what the replica found of them; what it did not is scored inline, when it is taken. */
function askedOf(
  parts: Labelled,
  request: ScoringRequest,
  { answer }: PendingAnswer,
): AskedCandidates {
  return {
    answer,
    drop: () => {},
    take: async (update) => {
      const started = parts.clock.now();
      const found = await answer();
      if (found === undefined) return scoreInline(parts, { ...request, scoredAt: update });
      const score = parts.clock.now() - started;
      const durations = { load: 0, score, background: 1000 * found.seconds };
      const candidates = { ...candidatesOf(parts, request, found), durations };
      return withSources(candidates, request.signals, parts.sources);
    },
  };
}

/** The life of one replica: what is asked of it, and its start. */
function createLife(parts: BackgroundParts, settings: ScoringSettings, mode: Mode) {
  const requests = createReplicaRequests({
    ...settings.background,
    make: (signal) => replicaOf(parts, settings, signal),
    failed: (error) => mode.fail(error),
  });
  return {
    ...requests,
    ask: (request: ScoringRequest): PendingAnswer =>
      requests.ask({ ...request, signals: ownSignals(request.signals, parts.sources) }),
    starting: createStart(requests, mode, settings),
  };
}

/**
 * Scores in the background: a pool is asked for `age` updates before its step, of a replica that has the parameters of
 * then, and its scores are as old when they are drawn by. Weights come from the probabilities used, so the draw is
 * unbiased at any age. The first pool, and all once the replica has failed, are scored inline, at age 0.
 */
export function backgroundScoring(
  parts: BackgroundParts,
  settings: ScoringSettings,
): BackgroundScoring {
  const { age } = settings.background;
  const mode = createMode(parts.events);
  const labelled = { ...parts, labels: parts.dataset.labels?.(), mode };
  let life = createLife(parts, settings, mode);
  return {
    ...mode,
    lead: () => (mode.mode() === "background" ? age : undefined),
    replica: () => life.replica(),
    start: () => life.starting.begin(),
    stop: async (reason) => {
      mode.giveUp(reason);
      await life.end();
    },
    ask: async (request) => {
      await life.starting.wait();
      return askedOf(labelled, request, life.ask(request));
    },
    asked: (request, answer) => askedOf(labelled, request, life.asked(answer)),
    tryOut: async (request) => (await life.ask(request).answer())?.seconds,
    submit: async (request) => scoreInline(labelled, request),
    resume: async (status) => {
      mode.resume(status);
      if (!status.over && life.replica() !== "none") return;
      const { end } = life;
      life = createLife(parts, settings, mode);
      await end();
    },
    dispose: async () => {
      mode.close();
      await life.end();
      await parts.inline.dispose();
    },
  };
}
