import * as tf from "@tensorflow/tfjs";
import { variableOf } from "./call-recorder.js";
import { isStock } from "./stock-layer.js";

/** What this file relies on of tfjs's layers that hold others beyond their public types. */
interface Container {
  readonly layer: tf.layers.Layer;
  readonly forwardLayer: tf.layers.Layer;
  readonly backwardLayer: tf.layers.Layer;
  readonly cell: tf.layers.Layer;
  readonly cells: readonly tf.layers.Layer[];
  readonly layers: readonly tf.layers.Layer[];
}

interface Kind {
  readonly make: () => tf.layers.Layer;
  readonly inside: (container: Container) => readonly tf.layers.Layer[];
}

const name = "sample";
const cell = (): ReturnType<typeof tf.layers.simpleRNNCell> =>
  tf.layers.simpleRNNCell({ units: 1, name });
const ofCell = ({ cell }: Container) => [cell];

const KINDS: Readonly<Record<string, Kind>> = {
  TimeDistributed: {
    make: () => tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 1, name }), name }),
    inside: ({ layer }) => [layer],
  },
  Bidirectional: {
    make: () => tf.layers.bidirectional({ layer: tf.layers.simpleRNN({ units: 1, name }), name }),
    inside: ({ forwardLayer, backwardLayer }) => [forwardLayer, backwardLayer],
  },
  StackedRNNCells: {
    make: () => tf.layers.stackedRNNCells({ cells: [cell()], name }),
    inside: ({ cells }) => cells,
  },
  RNN: { make: () => tf.layers.rnn({ cell: cell(), name }), inside: ofCell },
  SimpleRNN: { make: () => tf.layers.simpleRNN({ units: 1, name }), inside: ofCell },
  LSTM: { make: () => tf.layers.lstm({ units: 1, name }), inside: ofCell },
  GRU: { make: () => tf.layers.gru({ units: 1, name }), inside: ofCell },
};

function insideOf(layer: tf.layers.Layer): readonly tf.layers.Layer[] | undefined {
  const container = layer as unknown as Container;
  const { layers } = container as Partial<Container>;
  if (layers !== undefined) return layers;
  const kind = KINDS[layer.getClassName()];
  return kind && isStock(layer, kind.make) ? kind.inside(container) : undefined;
}

/** Opens tfjs's wrappers, recurrent layers and nested models to the layers and cells inside; each once. */
function openLayers(layers: readonly tf.layers.Layer[]): readonly tf.layers.Layer[] {
  const open = (layer: tf.layers.Layer): readonly tf.layers.Layer[] =>
    insideOf(layer)?.flatMap(open) ?? [layer];
  return [...new Set(layers.flatMap(open))];
}

/** Lists the layers that hold each variable. */
export function holdersOf(
  layers: readonly tf.layers.Layer[],
): ReadonlyMap<tf.Variable, readonly tf.layers.Layer[]> {
  const holders = new Map<tf.Variable, tf.layers.Layer[]>();
  for (const layer of openLayers(layers)) {
    for (const weight of layer.weights) {
      const variable = variableOf(weight) as tf.Variable;
      holders.set(variable, [...(holders.get(variable) ?? []), layer]);
    }
  }
  return holders;
}
