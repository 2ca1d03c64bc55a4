import * as tf from "@tensorflow/tfjs";
import { createRecorder, variableOf, type RecordedCall } from "./watching/call-recorder.js";
import type { GradientNormPass } from "./gradient-norm-pass.js";
import type { GradientPart, LayerIdentity, Recorder } from "./watching/layer-identity.js";
import { identityOf } from "./layers/identities.js";
import { holdersOf } from "./watching/open-layers.js";

/** What a pass found; the tensors of the parts are freed by `release`. */
export interface CapturedPass {
  /** Parts that belong together before the norm: those of one variable, or of one block of its columns. */
  readonly groups: readonly (readonly GradientPart[])[];
  /** Variables that the parts do not account for, and that the losses may depend on. */
  readonly rest: readonly tf.Variable[];
  readonly release: () => void;
}

type Layer = tf.layers.Layer;

function familyOf(layers: readonly Layer[]): LayerIdentity | undefined {
  const [first, ...others] = new Set(layers.map(identityOf));
  return others.length === 0 ? first : undefined;
}

/** Runs the pass with layers watched; returns the names of the `others` that the losses depend on. */
function runWatched(
  pass: GradientNormPass,
  recorder: Recorder,
  { layers, others }: { readonly layers: Iterable<Layer>; readonly others: readonly tf.Variable[] },
): ReadonlySet<string> {
  const undo = [...layers].map((layer) => identityOf(layer)?.watch(layer, recorder));
  // with the tap in it the loss depends on a variable in any case
  const loss = (): tf.Scalar => tf.add(tf.sum(pass.losses()), tf.mul(recorder.tap, 0));
  try {
    const gradients = tf.tidy(() => tf.variableGrads(loss, [recorder.tap, ...others]).grads);
    tf.dispose(gradients);
    return new Set(Object.keys(gradients));
  } finally {
    for (const each of undo) each?.();
  }
}

/** Tells whether parts of a block can be added up: of one form, and as many columns. */
function isOfOneKind(parts: readonly GradientPart[]): boolean {
  const kinds = parts.map(
    ({ gradient: { form, tensors } }) => `${form} ${tensors.at(-1)?.shape.at(-1)}`,
  );
  return new Set(kinds).size === 1;
}

/** Groups the parts of each variable by block. */
function groupsOf(calls: readonly RecordedCall[]): Map<tf.Variable, GradientPart[][]> {
  const groups = new Map<tf.Variable, GradientPart[][]>();
  for (const part of calls.flatMap(({ parts }) => parts)) {
    const variable = variableOf(part.weight) as tf.Variable;
    const blocks = groups.get(variable) ?? [];
    (blocks[part.block ?? 0] ??= []).push(part);
    groups.set(variable, blocks);
  }
  return groups;
}

/**
 * Runs one forward and backward pass with every layer watched that an identity covers. The backward pass
 * does not differentiate their weights: on its way through the layers it finds the parts that the weights'
 * gradients are made of, example by example. The layers are as before when it returns.
 *
 * A variable is accounted for if all layers that hold it are of one family, and all their calls were
 * caught, with the examples along the first axis; any other is among `rest`.
 */
export function capturePass(pass: GradientNormPass): CapturedPass {
  const holders = holdersOf(pass.layers);
  const variables = [...new Set(pass.variables)];
  const candidates = variables.filter((variable) => familyOf(holders.get(variable) ?? []));
  const wanted = new Set(candidates);
  const watched = new Set(candidates.flatMap((variable) => holders.get(variable) ?? []));
  const others = variables.filter((variable) => !wanted.has(variable));
  if (watched.size === 0) return { groups: [], rest: others, release: () => undefined };

  const recorder = createRecorder(pass.size, wanted);
  const { calls, release } = recorder;
  try {
    const connected = runWatched(pass, recorder, { layers: watched, others });
    const groups = groupsOf(calls);
    const called = new Set(calls.map(({ layer }) => layer));
    const lost = new Set(calls.flatMap(({ covered, variables }) => (covered ? [] : variables)));
    const isCovered = (variable: tf.Variable): boolean =>
      !lost.has(variable) &&
      (holders.get(variable) ?? []).every((layer) => called.has(layer)) &&
      (groups.get(variable) ?? []).every(isOfOneKind);
    const covered = candidates.filter(isCovered);
    // an operation that is watched may leave its weights out of the graph
    const isHidden = (variable: tf.Variable): boolean =>
      (holders.get(variable) ?? []).some((layer) => watched.has(layer));
    const rest = variables.filter((variable) =>
      wanted.has(variable)
        ? !isCovered(variable)
        : connected.has(variable.name) || isHidden(variable),
    );
    return { groups: covered.flatMap((variable) => groups.get(variable) ?? []), rest, release };
  } catch (error) {
    release();
    throw error;
  }
}
