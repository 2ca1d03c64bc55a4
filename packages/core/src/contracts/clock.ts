/** Measures time for costs and budgets; injected, so that tests and replays own it. */
export interface Clock {
  /** Returns milliseconds since some fixed moment, never going back. */
  readonly now: () => number;
}
