import * as tf from "@tensorflow/tfjs";
import { restored, type Plain, type State } from "@unequal/core";
import { layerStates, restoreLayerStates } from "./layer-states.js";
import type { ModelAdapter } from "./model-adapter.js";
import { optimizerState, restoreOptimizer } from "./optimizer-state.js";
import { assignAll, readAll, writeAll } from "./variables.js";

/** Copies all that training changes: variables, moving statistics, the states that layers keep, the optimizer. */
export async function modelState(adapter: ModelAdapter): Promise<State> {
  return {
    version: 2,
    variables: await readAll(adapter.variables()),
    statistics: await readAll(adapter.statistics()),
    states: await layerStates(adapter.layers),
    optimizer: await optimizerState(adapter.optimizer),
  };
}

/** Puts a saved state back. @throws STATE_INCOMPATIBLE */
export function restoreModel(adapter: ModelAdapter, state: State): void {
  const saved = restored<{
    variables: Float32Array[];
    statistics: Float32Array[];
    states: Plain;
    optimizer: Record<string, Plain>;
  }>(state, 2, "the learner");
  tf.tidy(() => {
    assignAll(adapter.variables(), writeAll(adapter.variables(), saved.variables));
    assignAll(adapter.statistics(), writeAll(adapter.statistics(), saved.statistics));
  });
  restoreLayerStates(adapter.layers, saved.states);
  restoreOptimizer(adapter.optimizer, saved.optimizer);
}
