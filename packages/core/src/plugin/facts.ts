import type { Kind, Roles } from "./roles.js";

/** The facts of each kind of part, and what they are where a definition does not say otherwise. */
export const NO_FACTS = {
  backend: {},
  dataset: {},
  estimator: { arity: 1, immediate: false },
  gate: { requires: [] },
  model: {},
  optimizer: {},
  reporter: {},
  sampler: { scored: false, proposes: false, arity: 1, reads: [], requires: [] },
  scheduler: { requires: [] },
  scorer: { requires: [] },
  signal: { signals: new Map() },
  sizer: { requires: [], steady: false },
  weighting: {},
} as const satisfies { readonly [K in Kind]: Partial<Roles[K]> };

type FactOf<K extends Kind> = keyof (typeof NO_FACTS)[K] & keyof Roles[K];

/** What is known of a part before it is set up: the members of its contract that say what it is, not what it does. */
export type Facts<K extends Kind> = Pick<Roles[K], FactOf<K>>;

/** What `setup` returns: what a part does. What it is its definition says. */
export type Behaviour<K extends Kind> = Omit<Roles[K], FactOf<K>>;
