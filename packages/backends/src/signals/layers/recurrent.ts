import * as tf from "@tensorflow/tfjs";
import { SEQUENCE_PROBE, type SequenceProbe } from "@unequal/wasm-training/sequence-probe";
import { explicit, sumPositions } from "../forms/explicit.js";
import { outerProducts } from "../forms/outer-products.js";
import type {
  GradientPart,
  LayerCall,
  LayerIdentity,
  Recorder,
  Weight,
} from "../watching/layer-identity.js";
import { replace, type Activated } from "../watching/watch-layer.js";

interface Cell extends Activated {
  readonly units: number;
  readonly kernel: NonNullable<Weight>;
  readonly recurrentKernel: NonNullable<Weight>;
  bias: Weight;
  useBias: boolean;
  recurrentActivation: Activated["activation"];
  [SEQUENCE_PROBE]?: SequenceProbe;
}

/** A cell's weights, and the inputs of its products at one step or at all, [B, …]; `reset` is a GRU's r_t ⊙ h_{t−1}. */
interface Steps extends Pick<Cell, "kernel" | "recurrentKernel" | "bias" | "units"> {
  readonly x: tf.Tensor;
  readonly h: tf.Tensor;
  readonly reset?: tf.Tensor | undefined;
}

function columns(tensor: tf.Tensor, begin: number, size: number): tf.Tensor {
  const axes = tensor.shape.slice(0, -1);
  return tf.slice(tensor, [...axes.map(() => 0), begin], [...axes, size]);
}

function weightsOf({ kernel, recurrentKernel, bias, units }: Cell) {
  return { kernel, recurrentKernel, bias, units };
}

function enter(recorder: Recorder, cell: Cell, x: tf.Tensor): LayerCall {
  return recorder.enter(cell, [cell.kernel, cell.recurrentKernel, cell.bias], x);
}

/** δ [B, …, gates · U] → the parts of recurrent kernel, kernel and bias. */
function partsOf(delta: tf.Tensor, steps: Steps): GradientPart[] {
  const { kernel, recurrentKernel: weight, bias, units, x, h, reset } = steps;
  const recurrent = reset
    ? [
        outerProducts(h, columns(delta, 0, 2 * units)),
        outerProducts(reset, columns(delta, 2 * units, units)),
      ]
    : [outerProducts(h, delta)];
  return [
    ...recurrent.map((gradient, block) => ({ weight, block, gradient })),
    { weight: kernel, gradient: outerProducts(x, delta) },
    { weight: bias, gradient: explicit(sumPositions(delta)) },
  ];
}

/** Watches the steps of a cell: δ is the gradient with respect to a copy of the bias for every example. */
function watchSteps(cell: Cell, recorder: Recorder, isGru: boolean): () => void {
  const call = cell.call.bind(cell);
  return replace(cell, "call", (inputs, kwargs) => {
    const [x, h] = (inputs as tf.Tensor[]).map(recorder.hold) as [tf.Tensor, tf.Tensor];
    const { recurrentActivation } = cell;
    const weights = weightsOf(cell);
    const record = enter(recorder, cell, x);
    let gates = 0;
    let reset: tf.Tensor | undefined;
    const apply = (z: tf.Tensor): tf.Tensor => {
      const gate = recurrentActivation.apply(z);
      // a GRU computes the update gate first, then the reset gate
      if (isGru && ++gates === 2) reset = recorder.hold(tf.mul(gate, h));
      return gate;
    };
    const read = (): tf.Tensor => {
      const zeros = tf.zeros([x.shape[0], weights.kernel.read().shape[1] ?? 0]);
      const copies = tf.add(zeros, weights.bias?.read() ?? 0);
      return record.probe(copies, (delta) => partsOf(delta, { ...weights, x, h, reset }));
    };
    const undo = [
      replace(cell, "bias", { read }),
      replace(cell, "useBias", true),
      replace(cell, "recurrentActivation", { getClassName: () => "watched", apply }),
    ];
    try {
      return call(inputs, kwargs);
    } finally {
      for (const each of undo) each();
    }
  });
}

/** Watches a cell where the engine runs its whole sequence as one operation. */
function watchSequences(cell: Cell, recorder: Recorder): () => void {
  const batchFirst = (steps: tf.Tensor): tf.Tensor => tf.transpose(steps, [1, 0, 2]);
  return replace(cell, SEQUENCE_PROBE, (x) => {
    const weights = weightsOf(cell);
    const note = enter(recorder, cell, x).promise();
    return {
      tap: recorder.tap,
      found: ({ x: steps, previous, reset: product, dz }) => {
        note(() => {
          const reset = product && batchFirst(product);
          return partsOf(batchFirst(dz), { ...weights, x: steps, h: batchFirst(previous), reset });
        });
      },
    };
  });
}

/**
 * SimpleRNN, LSTM and GRU: Dense layers over time. With z_t = x_t W + h_{t−1} R + b, ∂ℓ/∂W = Σ_t x_t δ_tᵀ,
 * ∂ℓ/∂R = Σ_t h_{t−1} δ_tᵀ and ∂ℓ/∂b = Σ_t δ_t; a GRU's candidate takes r_t ⊙ h_{t−1} for h_{t−1}.
 */
export const recurrent: LayerIdentity = {
  kinds: {
    SimpleRNNCell: () => tf.layers.simpleRNNCell({ units: 1, name: "sample" }),
    LSTMCell: () => tf.layers.lstmCell({ units: 1, name: "sample" }),
    GRUCell: () => tf.layers.gruCell({ units: 1, name: "sample" }),
  },
  watch: (layer, recorder) => {
    const cell = layer as unknown as Cell;
    const undo = [
      watchSteps(cell, recorder, layer.getClassName() === "GRUCell"),
      watchSequences(cell, recorder),
    ];
    return () => {
      for (const each of undo) each();
    };
  },
};
