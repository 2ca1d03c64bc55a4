import type { Backend, Trainer } from "@unequal/core";

/** What a training is made of. */
export interface Settings {
  readonly steps: number;
  readonly hidden: number;
  readonly batchSize: number;
  readonly presample: number;
  readonly rate: number;
  readonly seed: number;
  readonly gate: "tau" | "always";
}

/** Composes a trainer for spirals on an engine that has started. */
export declare function createTraining(
  backend: Backend,
  settings?: Partial<Settings>,
): { readonly trainer: Trainer; readonly dispose: () => Promise<void> };
