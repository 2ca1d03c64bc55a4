import type { Clock } from "../../contracts/clock.js";
import type { StepResult } from "../../contracts/learner.js";
import type { Progress } from "../../contracts/progress.js";
import type { StepDurations } from "../../contracts/scoring.js";
import type { ReportedGain } from "../../contracts/events.js";
import type { EventBus } from "../../events.js";
import type { StepPlan } from "../candidates/step-plan.js";
import type { Upcoming } from "../candidates/upcoming.js";
import { effectiveCoefficients } from "../draws/draw-rows.js";
import type { ScoringAhead } from "../scoring/scoring-ahead.js";
import type { DrawBatch } from "./draw-batch.js";
import type { LearnFrom } from "./learn-from.js";
import type { TrainRows } from "./train-rows.js";
import type { LoadedBatch, ReadyBatch, UpdatedBatch } from "./step-batch.js";

/** What updates are made with. */
interface UpdateParts {
  readonly draw: DrawBatch;
  readonly train: TrainRows;
  readonly learn: LearnFrom;
  readonly scoring: Pick<ScoringAhead, "lead">;
  readonly upcoming: Pick<Upcoming, "ask">;
  /** Has a replica score what nobody wants; resolves with the seconds that it took, if it could. */
  readonly tryOut: (progress: Progress) => Promise<number | undefined>;
  readonly clock: Clock;
  readonly events: EventBus;
}

/** Asks for one update. */
interface UpdateRequest extends StepPlan {
  /** Whether the learner may be asked for the next step's candidates while it is at this one. */
  readonly overlap: boolean;
  /** Whether a replica is to score meanwhile what nobody wants, to see what that costs. */
  readonly tryOut: boolean;
}

/** Holds what one update did. */
export interface UpdateOutcome {
  readonly result: StepResult;
  /** Candidates loaded. */
  readonly seen: number;
  /** Rows brought onto the engine: all candidates, or only those drawn. */
  readonly loaded: number;
  /** Distinct rows trained on. */
  readonly rows: number;
  /** Rows left out because their loss was not finite. */
  readonly skipped: number;
  readonly durations: StepDurations;
  /** Milliseconds of `durations.score` that went into signals, or into waiting for those of a replica. */
  readonly waited: number;
  /** Seconds that a replica took that was tried out. */
  readonly tried: number | undefined;
  /** Updates since the scores that it drew by, where it drew by any. */
  readonly age: number | undefined;
  readonly estimate: ReportedGain | undefined;
}

/** Asks a replica for the candidates of coming steps, before the learner is busy. */
async function askBefore(parts: UpdateParts, step: StepPlan): Promise<void> {
  const { scoring, upcoming } = parts;
  if ((scoring.lead() ?? 0) > 0) await upcoming.ask(step);
}

/** An update during which others worked: milliseconds of its own, and of what was waited for longer. */
interface Accompanied {
  readonly updated: UpdatedBatch;
  readonly train: number;
  readonly ahead: number;
  /** Seconds that a replica took that was tried out meanwhile. */
  readonly tried: number | undefined;
}

/** Updates, and has scores computed meanwhile. */
async function updateAndScore(
  parts: UpdateParts,
  trained: LoadedBatch,
  request: UpdateRequest,
): Promise<Accompanied> {
  const { clock, upcoming } = parts;
  const started = clock.now();
  const trial = request.tryOut ? parts.tryOut(request.progress) : undefined;
  let ended = started;
  const updating = parts.train(trained, request).then((updated) => {
    ended = clock.now();
    return updated;
  });
  const asking = request.overlap ? upcoming.ask(request) : undefined;
  const meanwhile = Promise.allSettled([asking, trial]);
  // also where the update fails: when the step is over, nothing is on its way
  const updated = await updating.finally(() => meanwhile);
  const ahead = asking === undefined && trial === undefined ? 0 : clock.now() - ended;
  return { updated, train: ended - started, ahead, tried: await trial };
}

async function trainOn(
  parts: UpdateParts,
  ready: ReadyBatch,
  { started, ...request }: UpdateRequest & { readonly started: number },
): Promise<UpdateOutcome> {
  const { clock, events } = parts;
  const { batch, candidates, rows, seen } = ready;
  const { ids, keys, scoredAt } = batch;
  const { update: now } = request.progress;
  await askBefore(parts, request);
  events.emit("batch:selected", () => ({ ids, keys, coefficients: effectiveCoefficients(batch) }));
  const selected = clock.now();
  const loaded = await candidates.load(rows);
  const begun = clock.now();
  const accompanied = await updateAndScore(parts, { ready, loaded }, request);
  const { updated, train, ahead, tried } = accompanied;
  const { result, estimate } = await parts.learn(batch, updated, request);
  const { load, score: waited, background } = candidates.durations;
  const durations = {
    load: load + begun - selected,
    score: selected - started - load + ahead,
    train,
    ...(background !== undefined && { background }),
  };
  const age = scoredAt === undefined ? undefined : now - scoredAt;
  return {
    result,
    seen,
    loaded: loaded.batch.size,
    rows: updated.ready.rows.length,
    skipped: rows.length - updated.ready.rows.length,
    durations,
    waited,
    tried,
    age,
    estimate,
  };
}

/**
 * Makes one update: loads candidates, scores them if importance sampling is on, draws and weighs rows,
 * trains on them, and learns from what the pass found.
 * @throws LOSS_NOT_FINITE, SCORE_NOT_FINITE naming the example
 */
export type MakeUpdate = (request: UpdateRequest) => Promise<UpdateOutcome>;

/** Makes what makes the updates of a run. */
export function updateMaker(parts: UpdateParts): MakeUpdate {
  return async (request) => {
    const started = parts.clock.now();
    const ready = await parts.draw(request);
    try {
      return await trainOn(parts, ready, { ...request, started });
    } finally {
      ready.candidates.dispose();
    }
  };
}
