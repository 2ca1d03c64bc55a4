import type { CandidateOrder } from "../contracts/candidate-order.js";
import type { Clock } from "../contracts/clock.js";
import type { Dataset } from "../contracts/dataset.js";
import type { Evaluation, Learner } from "../contracts/learner.js";
import type { Progress } from "../contracts/progress.js";
import type { Costs, Scheduler, Sizes, StepDecision } from "../contracts/scheduler.js";
import type { Plain, State, StatefulOnEngine } from "../contracts/state.js";
import { disposed } from "../errors.js";
import type { EventBus } from "../events.js";
import {
  checkBudget,
  isSpent,
  secondsLeft,
  shareDone,
  type Budget,
  type Cursor,
} from "./budget.js";
import type { Calibration } from "./costs/calibration.js";
import { restoredRun, runState, type RunParts } from "./run-state.js";
import type { ScoringAhead } from "./scoring/scoring-ahead.js";
import type { MakeUpdate, UpdateOutcome } from "./step/make-update.js";
import { reportStep, type StepReport } from "./step/step-report.js";

/** What a trainer works with. */
interface TrainerParts extends Omit<RunParts, "cursor"> {
  readonly seed: number | string;
  readonly batchSize: number;
  /** Names and options of the parts, for `run:start`. */
  readonly description: Readonly<Record<string, Plain>>;
  readonly settings: () => Readonly<Record<string, Plain>>;
  readonly clock: Clock;
  readonly events: EventBus;
  readonly learner: Pick<Learner, "evaluate">;
  readonly dataset: Pick<Dataset, "size">;
  readonly order: Pick<CandidateOrder, "passes">;
  readonly scheduler: Scheduler;
  /** φ of an importance step. */
  readonly rate: (decision: StepDecision) => number;
  readonly scoring: Pick<ScoringAhead, "lead">;
  /** Absent where nobody asks for costs. */
  readonly calibration: Calibration | undefined;
  readonly makeUpdate: MakeUpdate;
  /** Sizes of the coming step, or were it one of importance sampling. */
  readonly sizes: (progress: Progress, importance: boolean) => Sizes;
  /** Has the sampler read the dataset. */
  readonly prepare: () => Promise<void>;
  /** Makes a replica where one is wanted; tells whether this run is too short for it. */
  readonly startReplica: ((secondsLeft: () => number | undefined) => Promise<boolean>) | undefined;
  /** Emits what a user should know of the parts, each once. */
  readonly tellNotes: () => void;
  readonly release: () => Promise<void>;
}

/** Trains a learner, one update at a time; made by `createTrainer`. */
export class Trainer implements StatefulOnEngine {
  readonly #parts: TrainerParts;
  readonly #cursor: Cursor;
  #budget: Budget = {};
  #tooShort: Budget | undefined;
  #prepared = false;
  #disposed = false;

  /** @internal */
  constructor(parts: TrainerParts, cursor: Cursor) {
    this.#parts = parts;
    this.#cursor = cursor;
  }

  /** The bus of this trainer alone. */
  get events(): EventBus {
    return this.#parts.events;
  }

  /** ⌈N / b⌉. */
  get updatesPerEpoch(): number {
    return Math.ceil(this.#parts.dataset.size / this.#parts.batchSize);
  }

  /** How far training is. */
  get progress(): Progress {
    const { update, seen, trained, seconds } = this.#cursor;
    const { updatesPerEpoch } = this;
    const done = shareDone(this.#budget, { update, seconds }, updatesPerEpoch);
    return {
      update,
      seen,
      trained,
      epoch: Math.floor(update / updatesPerEpoch),
      updatesPerEpoch,
      pass: this.#parts.order.passes(),
      seconds,
      ...(done !== undefined && { done }),
    };
  }

  /** All that makes a run another run, as plain data: options, parts with theirs, the seed, the number of examples. */
  get settings(): Readonly<Record<string, Plain>> {
    return this.#parts.settings();
  }

  /** Number of updates made by importance sampling. */
  get importanceSteps(): number {
    return this.#cursor.importanceSteps;
  }

  /** The costs that were measured last, in seconds, if a gate or sizer, or `scoring: "auto"`, asked for them. */
  get costs(): Costs | undefined {
    return this.#parts.calibration?.costs();
  }

  /**
   * Emits `run:start`. `run` does so by itself; who calls `step` may announce a run of one's own, and the limit that
   * schedules go by.
   */
  begin(budget: Budget = {}): void {
    this.#budget = budget;
    const { events, seed, description } = this.#parts;
    events.emit("run:start", () => ({ seed, parts: description }));
  }

  /** Emits `run:end`, as `run` does by itself. */
  end(): void {
    const { progress, importanceSteps } = this;
    this.#parts.events.emit("run:end", () => ({ progress, importanceSteps }));
  }

  /** Makes updates until the first limit of the budget. @throws OPTION_INVALID if there is none */
  async run(budget: Budget): Promise<void> {
    checkBudget(budget);
    this.begin(budget);
    while (!isSpent(budget, this.progress)) {
      const report = await this.step();
      await budget.afterStep?.(report);
    }
    this.end();
  }

  /**
   * Makes one update.
   * @throws LOSS_NOT_FINITE, SCORE_NOT_FINITE naming the example; SIZES_INVALID, DISPOSED
   */
  async step(): Promise<StepReport> {
    if (this.#disposed) throw disposed();
    const { events, scheduler, clock, batchSize, calibration } = this.#parts;
    const progress = this.progress;
    this.#parts.tellNotes();
    if (progress.update % this.updatesPerEpoch === 0)
      events.emit("epoch:start", () => ({ epoch: progress.epoch }));
    await this.#prepareOnce();
    if (this.#tooShort !== this.#budget) await this.#startReplica(progress);
    const measured = clock.now();
    if (calibration?.isDue(progress.update) === true) await calibration.measure(progress);
    this.#cursor.seconds += (clock.now() - measured) / 1000;
    const decided = scheduler.decide(progress);
    this.#noteSwitch(decided.importance);
    const importance =
      calibration?.decide(progress.update, decided.importance) ?? decided.importance;
    const rate = importance ? this.#parts.rate(decided) : 1;
    const sizes = this.#parts.sizes(progress, importance);
    const { candidates, count } = importance ? sizes : { candidates: batchSize, count: batchSize };
    events.emit("step:start", () => ({ progress, importance, candidates, count }));
    const alone = calibration?.pending() ?? false;
    const overlap = this.#parts.scoring.lead() === 0 && !alone;
    const tryOut = calibration?.tryOut(progress.update) ?? false;
    const started = clock.now();
    const outcome = await this.#parts.makeUpdate({
      importance,
      sizes,
      progress,
      rate,
      overlap,
      tryOut,
    });
    const seconds = (clock.now() - started) / 1000;
    calibration?.note({ ...outcome, update: progress.update, importance, sizes, seconds });
    this.#parts.tellNotes();
    return this.#advance(outcome, { importance, rate, seconds });
  }

  /** Evaluates a dataset, off the clock, in batches of the learner's own or a given size, and emits `evaluation:end`. */
  async evaluate(
    split: string,
    dataset: Dataset,
    options: { readonly batchSize?: number } = {},
  ): Promise<Evaluation> {
    const evaluation = await this.#parts.learner.evaluate(dataset, options);
    this.#parts.events.emit("evaluation:end", () => ({ split, ...evaluation }));
    return evaluation;
  }

  /** Returns the state of the run: continued from it, by updates, a run is the same run. */
  async state(): Promise<State> {
    return runState({ ...this.#parts, cursor: this.#cursor }, this.#prepared);
  }

  async restore(state: State): Promise<void> {
    this.#prepared = await restoredRun({ ...this.#parts, cursor: this.#cursor }, state);
  }

  /** Frees what the trainer and its parts hold; the model stays the user's. */
  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    await this.#parts.release();
  }

  async #prepareOnce(): Promise<void> {
    if (this.#prepared) return;
    await this.#parts.prepare();
    this.#prepared = true;
  }

  async #startReplica(progress: Progress): Promise<void> {
    const { calibration, startReplica } = this.#parts;
    if (startReplica === undefined) return;
    const left = () => secondsLeft(this.#budget, progress, calibration?.step(progress.update));
    if (await startReplica(left)) this.#tooShort = this.#budget;
  }

  #noteSwitch(importance: boolean): void {
    if (importance === this.#cursor.importance) return;
    this.#cursor.importance = importance;
    const { events, scheduler } = this.#parts;
    events.emit("schedule:switched", () => ({ importance, figures: scheduler.figures() }));
  }

  #advance(
    outcome: UpdateOutcome,
    {
      importance,
      rate,
      seconds,
    }: { readonly importance: boolean; readonly rate: number; readonly seconds: number },
  ): StepReport {
    const cursor = this.#cursor;
    const epoch = Math.floor(cursor.update / this.updatesPerEpoch);
    cursor.update += 1;
    cursor.seen += outcome.seen;
    cursor.trained += outcome.rows;
    cursor.seconds += seconds;
    if (importance) cursor.importanceSteps += 1;
    const { events } = this.#parts;
    const { progress } = this;
    const report = reportStep(events, outcome, { progress, importance, rate });
    if (cursor.update % this.updatesPerEpoch === 0) events.emit("epoch:end", () => ({ epoch }));
    return report;
  }
}
