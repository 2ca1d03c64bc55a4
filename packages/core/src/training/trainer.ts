import type { Dataset } from "../contracts/dataset.js";
import type { Evaluation } from "../contracts/learner.js";
import type { Progress } from "../contracts/progress.js";
import type { Costs } from "../contracts/scheduler.js";
import type { State, StatefulOnEngine } from "../contracts/state.js";
import { UnequalError } from "../errors.js";
import type { EventBus, StepDurations } from "../events.js";
import { makeUpdate, type UpdateOutcome } from "./make-update.js";
import { measureScoring } from "./measure-scoring.js";
import { median } from "./median.js";
import { noteTeller } from "./note-teller.js";
import { restored } from "./restored.js";
import type { TrainerParts } from "./trainer-parts.js";

const CALIBRATION_STEPS = 20;
const TIMED_STEPS = 10;
const STATEFUL_PARTS = ["learner", "sampler", "estimator", "gate", "order", "metrics"] as const;

/** Reports one update. */
export interface StepReport {
  /** After the update. */
  readonly progress: Progress;
  readonly importance: boolean;
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly durations: StepDurations;
}

/** Ends a run at the first of the limits given, each counted from the start of training. */
export interface Budget {
  readonly epochs?: number;
  readonly updates?: number;
  readonly seconds?: number;
  readonly signal?: AbortSignal;
  /** Is awaited after every update, off the clock: to let other work run, or to set a learning rate. */
  readonly afterStep?: (report: StepReport) => void | Promise<void>;
}

/** Counts what a trainer has done. */
export interface Cursor {
  update: number;
  seen: number;
  trained: number;
  seconds: number;
  importanceSteps: number;
  importance: boolean;
}

/** Trains a learner, one update at a time; made by `createTrainer`. */
export class Trainer implements StatefulOnEngine {
  readonly #parts: TrainerParts;
  readonly #cursor: Cursor;
  readonly #release: () => void;
  readonly #tellNotes: () => void;
  #stepTimes: number[] = [];
  #costs: Costs | undefined;
  #disposed = false;

  /** @internal */
  constructor(parts: TrainerParts, cursor: Cursor, release: () => void) {
    this.#parts = parts;
    this.#cursor = cursor;
    this.#release = release;
    this.#tellNotes = noteTeller(parts);
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
    const epoch = Math.floor(update / this.updatesPerEpoch);
    return { update, seen, trained, epoch, pass: this.#parts.order.passes(), seconds };
  }

  /** Number of updates made by importance sampling. */
  get importanceSteps(): number {
    return this.#cursor.importanceSteps;
  }

  /** The costs that were measured, in seconds, if a gate asked for them. */
  get costs(): Costs | undefined {
    return this.#costs;
  }

  /** Emits `run:start`. `run` does so by itself; who calls `step` may announce a run of one's own. */
  begin(): void {
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
    const { epochs, updates, seconds, signal, afterStep } = budget;
    if ([epochs, updates, seconds, signal].every((limit) => limit === undefined)) {
      throw new UnequalError(
        "OPTION_INVALID",
        "run() needs a limit: epochs, updates, seconds or a signal.",
      );
    }
    this.begin();
    while (!this.#spent(budget)) {
      const report = await this.step();
      await afterStep?.(report);
    }
    this.end();
  }

  /**
   * Makes one update.
   * @throws LOSS_NOT_FINITE, SCORE_NOT_FINITE naming the example; DISPOSED
   */
  async step(): Promise<StepReport> {
    if (this.#disposed)
      throw new UnequalError("DISPOSED", "This trainer is disposed. Create a new one.");
    const { events, gate, clock } = this.#parts;
    const progress = this.progress;
    this.#tellNotes();
    if (progress.update % this.updatesPerEpoch === 0)
      events.emit("epoch:start", () => ({ epoch: progress.epoch }));
    await this.#calibrateOnce();
    const importance = gate.decide(progress);
    this.#noteSwitch(importance);
    events.emit("step:start", () => ({ progress, importance }));
    const started = clock.now();
    const outcome = await makeUpdate(this.#parts, { importance, progress });
    const seconds = (clock.now() - started) / 1000;
    this.#tellNotes();
    return this.#advance(outcome, importance, seconds);
  }

  /** Measures score(B) anew, takes step(b) from the latest uniform steps, and emits `costs:calibrated`. */
  async calibrate(): Promise<Costs> {
    const score = await measureScoring(this.#parts, this.#cursor.update);
    const costs = { score, step: median(this.#stepTimes) };
    this.#costs = costs;
    this.#parts.events.emit("costs:calibrated", () => ({ costs }));
    return costs;
  }

  /** Evaluates a dataset, off the clock, and emits `evaluation:end`. */
  async evaluate(split: string, dataset: Dataset): Promise<Evaluation> {
    const evaluation = await this.#parts.learner.evaluate(dataset);
    this.#parts.events.emit("evaluation:end", () => ({ split, ...evaluation }));
    return evaluation;
  }

  /** Returns the state of the run: continued from it, by updates, a run is the same run. */
  async state(): Promise<State> {
    const parts: Record<string, State> = {};
    for (const role of STATEFUL_PARTS) parts[role] = await this.#parts[role].state();
    const generators = [...this.#parts.generators].map(
      ([role, random]) => [role, random.state()] as const,
    );
    return {
      version: 1,
      cursor: { ...this.#cursor },
      stepTimes: [...this.#stepTimes],
      costs: this.#costs && { ...this.#costs },
      parts,
      generators: Object.fromEntries(generators),
    };
  }

  async restore(state: State): Promise<void> {
    const saved = restored<{
      cursor: Cursor;
      stepTimes: number[];
      costs?: Costs;
      parts: Record<(typeof STATEFUL_PARTS)[number], State>;
      generators: Record<string, State | undefined>;
    }>(state, 1, "the trainer");
    for (const role of STATEFUL_PARTS) await this.#parts[role].restore(saved.parts[role]);
    for (const [role, random] of this.#parts.generators)
      random.restore(saved.generators[role] ?? { version: 0 });
    Object.assign(this.#cursor, saved.cursor);
    this.#stepTimes = saved.stepTimes;
    this.#costs = saved.costs;
  }

  /** Frees what the trainer and its parts hold; the model stays the user's. */
  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#parts.estimator.dispose();
    await this.#parts.scoring.dispose();
    this.#parts.events.dispose();
    this.#release();
  }

  #spent({ epochs, updates, seconds, signal }: Budget): boolean {
    const { update, seconds: spent } = this.#cursor;
    return (
      update >= Math.min((epochs ?? Infinity) * this.updatesPerEpoch, updates ?? Infinity) ||
      spent >= (seconds ?? Infinity) ||
      signal?.aborted === true
    );
  }

  async #calibrateOnce(): Promise<void> {
    const wanted = this.#parts.gate.requires.has("costs") && this.#costs === undefined;
    const timed = this.#stepTimes.length === TIMED_STEPS;
    if (wanted && timed && this.#cursor.update >= CALIBRATION_STEPS) await this.calibrate();
  }

  #noteSwitch(importance: boolean): void {
    if (importance === this.#cursor.importance) return;
    this.#cursor.importance = importance;
    const { events, gate } = this.#parts;
    events.emit("schedule:switched", () => ({ importance, figures: gate.figures() }));
  }

  #advance(outcome: UpdateOutcome, importance: boolean, seconds: number): StepReport {
    const cursor = this.#cursor;
    const { result, durations, estimate, rows } = outcome;
    if (!importance) this.#stepTimes = [...this.#stepTimes, seconds].slice(-TIMED_STEPS);
    const epoch = Math.floor(cursor.update / this.updatesPerEpoch);
    cursor.update += 1;
    cursor.seen += outcome.seen;
    cursor.trained += rows;
    cursor.seconds += seconds;
    if (importance) cursor.importanceSteps += 1;
    const { events } = this.#parts;
    const report = {
      progress: this.progress,
      importance,
      loss: result.loss,
      metrics: result.metrics,
      durations,
    };
    events.emit("step:end", () => ({ ...report, rows, ...(estimate && { estimate }) }));
    if (cursor.update % this.updatesPerEpoch === 0) events.emit("epoch:end", () => ({ epoch }));
    return report;
  }
}
