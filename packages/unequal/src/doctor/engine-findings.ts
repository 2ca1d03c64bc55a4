/** What became of one thing that was tried: `missing` is a kernel that the engine lacks. */
export interface Trial {
  readonly name: string;
  readonly works: boolean;
  readonly milliseconds: number;
  readonly missing?: string;
  readonly code?: string;
  readonly message?: string;
}

/** What became of ten steps of importance-sampling training. */
export interface TrainingTrial extends Trial {
  /** Mean losses of the data, before and after. */
  readonly lossBefore?: number;
  readonly lossAfter?: number;
  /** Mean over the steps after the first two, which compile and warm up. */
  readonly millisecondsPerStep?: number;
}

/** Why an engine was not checked to the end. */
export interface EngineProblem {
  /** A code of `docs/errors.md`, or what became of the process. */
  readonly code: string;
  readonly message: string;
  /** What was being checked. */
  readonly during: string;
  /** What the process wrote last to stderr, where it ended by itself. */
  readonly lastLines?: readonly string[];
}

/** What the check of one engine has found so far; sent from the child process as it goes. */
export interface EngineFindings {
  readonly during: string;
  readonly starts: boolean;
  readonly startMilliseconds?: number;
  readonly engine?: string;
  readonly device?: string;
  readonly hardware?: "cpu" | "gpu";
  readonly largestTensor?: number;
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
  readonly kernels: readonly Trial[];
  readonly signals: readonly Trial[];
  readonly training?: TrainingTrial;
  readonly problem?: EngineProblem;
  readonly done: boolean;
}

/** What is known before anything was tried. */
export const NOTHING_FOUND: EngineFindings = {
  during: "start",
  starts: false,
  notes: [],
  warnings: [],
  kernels: [],
  signals: [],
  done: false,
};
