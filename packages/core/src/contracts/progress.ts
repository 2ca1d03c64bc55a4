/** Tells how far a run is; all counts start at 0 and count what is complete. */
export interface Progress {
  /** Optimizer updates made. */
  readonly update: number;
  /** Candidates drawn from the dataset, trained on or not. */
  readonly seen: number;
  /** Rows that were trained on, a row drawn twice into one batch counted once. */
  readonly trained: number;
  /** Epochs of ⌈N / b⌉ updates each, so that importance sampling leaves learning-rate schedules alone. */
  readonly epoch: number;
  /** ⌈N / b⌉. */
  readonly updatesPerEpoch: number;
  /** Complete passes of the candidates over the dataset. */
  readonly pass: number;
  /** Seconds spent in training steps, evaluation left out. */
  readonly seconds: number;
  /** Share of the run's limit that is used up, 0 to 1; absent where the run has none. */
  readonly done?: number;
}
