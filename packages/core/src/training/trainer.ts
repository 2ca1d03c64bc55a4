import type { Dataset } from "../contracts/dataset.js";
import type { Evaluation } from "../contracts/learner.js";
import type { Progress } from "../contracts/progress.js";
import type { Costs } from "../contracts/scheduler.js";
import type { State, StatefulOnEngine } from "../contracts/state.js";
import type { EventBus } from "../events.js";
import { checkBudget, isSpent, type Budget, type StepReport } from "./budget.js";
import { createCalibration, type Calibration } from "./calibration.js";
import type { Cursor } from "./cursor.js";
import { disposed } from "./disposed.js";
import { makeUpdate, type UpdateOutcome } from "./make-update.js";
import { noteTeller } from "./note-teller.js";
import { restored } from "./restored.js";
import type { ScoringStanding } from "./scoring-mode.js";
import { startReplica } from "./replica-choice.js";
import { secondsLeft, shareDone } from "./share-done.js";
import { reportStep } from "./step-report.js";
import { stepSizes } from "./step-sizes.js";
import type { TrainerParts } from "./trainer-parts.js";
import { readDataset } from "./walk-dataset.js";

const STATEFUL_PARTS = [
  "learner",
  "sampler",
  "estimator",
  "gate",
  "sizer",
  "order",
  "metrics",
  "reuse",
  "upcoming",
  "agreement",
] as const;

/** Trains a learner, one update at a time; made by `createTrainer`. */
export class Trainer implements StatefulOnEngine {
  readonly #parts: TrainerParts;
  readonly #cursor: Cursor;
  readonly #calibration: Calibration;
  readonly #release: () => void;
  readonly #tellNotes: () => void;
  #budget: Budget = {};
  #tooShort: Budget | undefined;
  #prepared = false;
  #disposed = false;

  /** @internal */
  constructor(parts: TrainerParts, cursor: Cursor, release: () => void) {
    this.#parts = parts;
    this.#cursor = cursor;
    this.#calibration = createCalibration(parts);
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

  /** Number of updates made by importance sampling. */
  get importanceSteps(): number {
    return this.#cursor.importanceSteps;
  }

  /** The costs that were measured last, in seconds, if a gate or sizer, or `scoring: "auto"`, asked for them. */
  get costs(): Costs | undefined {
    return this.#calibration.costs();
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
    const { events, gate, clock, batchSize } = this.#parts;
    const progress = this.progress;
    this.#tellNotes();
    if (progress.update % this.updatesPerEpoch === 0)
      events.emit("epoch:start", () => ({ epoch: progress.epoch }));
    await this.#prepareOnce();
    if (this.#tooShort !== this.#budget) await this.#startReplica(progress);
    const measured = clock.now();
    if (this.#calibration.isDue(progress.update)) await this.calibrate();
    this.#cursor.seconds += (clock.now() - measured) / 1000;
    const wanted = gate.decide(progress);
    this.#noteSwitch(wanted);
    const importance = this.#calibration.decide(progress.update, wanted);
    const sizes = stepSizes(this.#parts, progress, importance);
    const { candidates, count } = importance ? sizes : { candidates: batchSize, count: batchSize };
    events.emit("step:start", () => ({ progress, importance, candidates, count }));
    const overlap = this.#parts.scoring.lead() === 0 && !this.#calibration.pending();
    const tryOut = this.#calibration.tryOut(progress.update);
    const started = clock.now();
    const outcome = await makeUpdate(this.#parts, { importance, sizes, progress, overlap, tryOut });
    const seconds = (clock.now() - started) / 1000;
    this.#calibration.note({ ...outcome, update: progress.update, importance, sizes, seconds });
    this.#tellNotes();
    return this.#advance(outcome, importance, seconds);
  }

  /** Measures score(B) of the planned B anew, takes step(b) from the latest uniform steps, and emits `costs:calibrated`. */
  async calibrate(): Promise<Costs> {
    return this.#calibration.measure(this.progress);
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
    const parts: Record<string, State> = {};
    for (const role of STATEFUL_PARTS) parts[role] = await this.#parts[role].state();
    const generators = [...this.#parts.generators].map(
      ([role, random]) => [role, random.state()] as const,
    );
    return {
      version: 2,
      cursor: { ...this.#cursor },
      calibration: this.#calibration.state(),
      prepared: this.#prepared,
      scoring: this.#parts.beside && { ...this.#parts.beside.standing() },
      parts,
      generators: Object.fromEntries(generators),
    };
  }

  async restore(state: State): Promise<void> {
    const saved = restored<{
      cursor: Cursor;
      calibration: State;
      prepared: boolean;
      scoring?: ScoringStanding;
      parts: Record<(typeof STATEFUL_PARTS)[number], State>;
      generators: Record<string, State | undefined>;
    }>(state, 2, "the trainer");
    if (saved.scoring !== undefined) await this.#parts.beside?.resume(saved.scoring);
    for (const role of STATEFUL_PARTS) await this.#parts[role].restore(saved.parts[role]);
    for (const [role, random] of this.#parts.generators)
      random.restore(saved.generators[role] ?? { version: 0 });
    Object.assign(this.#cursor, saved.cursor);
    this.#calibration.restore(saved.calibration);
    this.#prepared = saved.prepared;
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

  async #prepareOnce(): Promise<void> {
    const { sampler, dataset, presample } = this.#parts;
    if (this.#prepared) return;
    await sampler.prepare?.(readDataset(dataset, presample));
    this.#prepared = true;
  }

  async #startReplica(progress: Progress): Promise<void> {
    const { step } = this.#calibration;
    const left = () => secondsLeft(this.#budget, progress, step(progress.update));
    if (await startReplica(this.#parts, left)) this.#tooShort = this.#budget;
  }

  #noteSwitch(importance: boolean): void {
    if (importance === this.#cursor.importance) return;
    this.#cursor.importance = importance;
    const { events, gate, sizer } = this.#parts;
    events.emit("schedule:switched", () => ({
      importance,
      figures: { ...gate.figures(), sizer: sizer.figures() },
    }));
  }

  #advance(outcome: UpdateOutcome, importance: boolean, seconds: number): StepReport {
    const cursor = this.#cursor;
    const epoch = Math.floor(cursor.update / this.updatesPerEpoch);
    cursor.update += 1;
    cursor.seen += outcome.seen;
    cursor.trained += outcome.rows;
    cursor.seconds += seconds;
    if (importance) cursor.importanceSteps += 1;
    const { events } = this.#parts;
    const report = reportStep(events, outcome, { progress: this.progress, importance });
    if (cursor.update % this.updatesPerEpoch === 0) events.emit("epoch:end", () => ({ epoch }));
    return report;
  }
}
