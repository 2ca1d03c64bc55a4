import type { DatasetFacts } from "./sampler.js";
import type { Signal, SignalPrice, Signals } from "./signals.js";
import type { Remembering } from "./state.js";

/** Names the examples whose signals are asked for. */
export interface NamedExamples {
  readonly ids: Uint32Array;
  readonly keys: Uint32Array;
}

/** Offers signals that the model under training does not: numbers known by id, or those of another model. */
export interface SignalSource extends Remembering {
  /** The signals offered and what each costs: `free` ones are at hand, `paid` ones must be computed. */
  readonly signals: ReadonlyMap<Signal, SignalPrice>;
  /** Checks that it suits the dataset, once, before the first step. */
  readonly bind?: (facts: DatasetFacts) => void;
  /** Returns signals of the examples named, [B] or [B · D], owned by the caller. */
  readonly compute: (
    names: readonly Signal[],
    examples: NamedExamples,
  ) => Signals | Promise<Signals>;
}
