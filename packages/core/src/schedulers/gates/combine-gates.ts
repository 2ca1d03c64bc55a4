import type { Gate } from "../../contracts/scheduler.js";
import type { State } from "../../contracts/state.js";
import type { Behaviour, Facts } from "../../plugin/facts.js";
import type { FactsOf, Spec } from "../../plugin/part.js";
import { restored } from "../../state/restored.js";

/** What gates joined into one are: they need what any of them does. */
export function factsOfAll(gates: readonly Spec<"gate">[], factsOf: FactsOf): Facts<"gate"> {
  return { requires: [...new Set(gates.flatMap((gate) => factsOf("gate", gate).requires))] };
}

/** Joins gates into one that decides by `rule`; state and figures are those of all of them. */
export function combineGates(
  name: string,
  gates: readonly Gate[],
  rule: (decisions: readonly boolean[]) => boolean,
): Behaviour<"gate"> {
  return {
    bind: (facts) => gates.forEach((gate) => gate.bind?.(facts)),
    decide: (progress) => rule(gates.map((gate) => gate.decide(progress))),
    figures: () => ({ of: gates.map((gate) => gate.figures()) }),
    state: () => ({ version: 1, of: gates.map((gate) => gate.state()) }),
    restore: (state) => {
      const { of } = restored<{ of: (State | undefined)[] }>(state, 1, name);
      gates.forEach((gate, at) => gate.restore(of[at] ?? { version: 0 }));
    },
  };
}
