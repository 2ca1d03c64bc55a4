import type * as tf from "@tensorflow/tfjs";
import { holdersOf } from "./capture-pass.js";

/** Says which layers, or variables that no layer holds, take a backward pass for every example. */
export function explainLoop(
  layers: readonly tf.layers.Layer[],
  variables: ReadonlySet<tf.Variable>,
): string {
  const holders = holdersOf(layers);
  const names = [...variables].flatMap((variable) => {
    const held = holders.get(variable) ?? [];
    return held.length > 0
      ? held.map((layer) => `${layer.name} (${layer.getClassName()})`)
      : [variable.name];
  });
  const list = [...new Set(names)].join(", ");
  return `The exact gradient norm takes a backward pass for every example, since no identity covers ${list}. The scorers upper-bound and loss do without.`;
}
