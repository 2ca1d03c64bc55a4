import * as tf from "@tensorflow/tfjs";
import { restored, UnequalError, type Plain, type State } from "@unequal/core";
import { layerStates, restoreLayerStates } from "./layer-states.js";
import type { ModelAdapter } from "./model-adapter.js";
import { optimizerState, restoreOptimizer } from "./optimizer-state.js";
import { assignAll, readAll, writeAll } from "./variables.js";

function shapesOf(adapter: ModelAdapter): number[][] {
  return [...adapter.variables(), ...adapter.statistics()].map(({ shape }) => [...shape]);
}

/** @throws STATE_INCOMPATIBLE where a saved model has other weights */
function checkShapes(saved: readonly number[][], present: readonly number[][]): void {
  const text = (shape: readonly number[] | undefined): string =>
    shape === undefined ? "none" : `[${shape.join(", ")}]`;
  const count = Math.max(saved.length, present.length);
  for (let at = 0; at < count; at++) {
    const [before, now] = [text(saved[at]), text(present[at])];
    if (before === now) continue;
    throw new UnequalError(
      "STATE_INCOMPATIBLE",
      `Weight ${at + 1} of the model was saved with the shape ${before}, but has ${now}. Build the model as it was saved.`,
    );
  }
}

/** Copies all that training changes: variables, moving statistics, the states that layers keep, the optimizer. */
export async function modelState(adapter: ModelAdapter): Promise<State> {
  return {
    version: 2,
    shapes: shapesOf(adapter),
    variables: await readAll(adapter.variables()),
    statistics: await readAll(adapter.statistics()),
    states: await layerStates(adapter.layers),
    optimizer: await optimizerState(adapter.optimizer),
  };
}

/** Puts a saved state back. @throws STATE_INCOMPATIBLE */
export function restoreModel(adapter: ModelAdapter, state: State): void {
  const saved = restored<{
    shapes: number[][];
    variables: Float32Array[];
    statistics: Float32Array[];
    states: Plain;
    optimizer: Record<string, Plain>;
  }>(state, 2, "the learner");
  checkShapes(saved.shapes, shapesOf(adapter));
  tf.tidy(() => {
    assignAll(adapter.variables(), writeAll(adapter.variables(), saved.variables));
    assignAll(adapter.statistics(), writeAll(adapter.statistics(), saved.statistics));
  });
  restoreLayerStates(adapter.layers, saved.states);
  restoreOptimizer(adapter.optimizer, saved.optimizer);
}
