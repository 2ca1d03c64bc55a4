import type { Stateful } from "../contracts/state.js";
import type { PartContext } from "../plugin/part.js";
import { stateless } from "../state/stateless.js";
import type { Breach } from "./expect-broken.js";

/** What gates, sizers, rates and schedulers have in common besides their decisions. */
interface Decider extends Stateful {
  readonly figures: () => unknown;
}

/** A fault: what it does, how it is made, the law that it breaks, and what its definition says. */
export type Fault<B, F> = readonly [string, (context: PartContext) => B, Breach, F?];

/** Faults that whatever decides on steps may have, made of one that has none. */
export function decisionFaults<B extends Decider>(
  honest: (context: PartContext) => B,
): readonly Fault<B, { readonly requires: readonly never[] }>[] {
  return [
    [
      "keeps nothing in its state",
      (context) => ({ ...honest(context), ...stateless("subject") }),
      "continues the same",
    ],
    [
      "restores whatever it is given",
      (context) => ({ ...honest(context), restore: () => undefined }),
      "as a copy",
    ],
    [
      "shows figures that cannot be stored",
      (context) => ({ ...honest(context), figures: () => ({ of: (() => 1) as never }) }),
      "plain data",
    ],
    ["hears estimates that it does not ask for", honest, "does not require", { requires: [] }],
    [
      "wants what no trainer has",
      honest,
      "requires nothing but",
      { requires: ["weather" as never] },
    ],
  ];
}
