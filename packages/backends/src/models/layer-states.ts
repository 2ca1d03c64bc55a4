import * as tf from "@tensorflow/tfjs";
import type { State } from "@unequal/core";
import { loadTensor, saveTensor, type SavedTensor } from "./variables.js";

/** What this file relies on of recurrent layers, and of those that wrap them, beyond their public types. */
interface Stateful {
  readonly stateful: boolean;
  readonly getStates?: () => readonly (tf.Tensor | null)[];
  readonly resetStates: (states?: tf.Tensor[]) => void;
  readonly layer?: Stateful;
  readonly forwardLayer?: Stateful;
  readonly backwardLayer?: Stateful;
}

/** Lists the layers that keep their state from batch to batch, wrapped ones and both directions among them. */
function keepers(layers: readonly tf.layers.Layer[]): readonly Stateful[] {
  const found = new Set<Stateful>();
  const visit = (layer: Stateful | undefined): void => {
    if (layer === undefined) return;
    if (layer.stateful && layer.getStates !== undefined) found.add(layer);
    for (const inner of [layer.layer, layer.forwardLayer, layer.backwardLayer]) visit(inner);
  };
  for (const layer of layers) visit(layer);
  return [...found];
}

/** Reads the states that layers keep, by layer; null where a layer has seen no batch. */
export async function layerStates(layers: readonly tf.layers.Layer[]): Promise<State["states"]> {
  const states: (SavedTensor[] | null)[] = [];
  for (const keeper of keepers(layers)) {
    const tensors = keeper.getStates?.() ?? [];
    const seen = tensors.every((tensor): tensor is tf.Tensor => tensor !== null);
    states.push(seen ? await Promise.all(tensors.map(saveTensor)) : null);
  }
  return states as unknown as State["states"];
}

/** Gives layers the states that were read. */
export function restoreLayerStates(
  layers: readonly tf.layers.Layer[],
  saved: State["states"],
): void {
  const states = saved as unknown as readonly (readonly SavedTensor[] | null)[];
  keepers(layers).forEach((keeper, at) => {
    // without any, a layer has none to compare the given ones with
    keeper.resetStates();
    const tensors = states[at]?.map(loadTensor);
    if (tensors === undefined) return;
    keeper.resetStates(tensors);
    tf.dispose(tensors);
  });
}
