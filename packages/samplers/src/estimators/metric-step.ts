import { UnequalError, type EstimatorStep, type StepResult } from "@unequal/core";
import { normalised } from "../mining/distances.js";

/** A group's loss, and its slope in the squared distance of each pair of members: ∂ℓ/∂d²_ij. */
interface GroupLoss {
  readonly loss: number;
  readonly slopes: readonly (readonly [i: number, j: number, slope: number])[];
}

/** Says how groups are judged. */
interface Metric {
  /** Whether distances are those of z / ‖z‖. */
  readonly normalise: boolean;
  readonly arity: 2 | 3;
  /** Judges a group, given as the rows of its members, by squared distances of rows. */
  readonly lossOf: (members: Int32Array, squared: (i: number, j: number) => number) => GroupLoss;
}

/** The vectors u that distances are of, [rows · D], and ∂L/∂u. */
interface Vectors {
  readonly unit: Float64Array;
  readonly slope: Float64Array;
  readonly width: number;
}

function squaredDistance({ unit, width }: Vectors, i: number, j: number): number {
  let sum = 0;
  for (let at = 0; at < width; at++)
    sum += ((unit[i * width + at] as number) - (unit[j * width + at] as number)) ** 2;
  return sum;
}

/** Adds factor · ∂d²_ij/∂u = ± 2 factor (u_i − u_j). */
function pull(
  { unit, slope, width }: Vectors,
  [i, j]: readonly [number, number],
  factor: number,
): void {
  for (let at = 0; at < width; at++) {
    const [one, other] = [i * width + at, j * width + at];
    const change = 2 * factor * ((unit[one] as number) - (unit[other] as number));
    slope[one] = (slope[one] as number) + change;
    slope[other] = (slope[other] as number) - change;
  }
}

/** Takes ∂L/∂u of u = z/‖z‖ back to z: (∂L/∂u − u ⟨u, ∂L/∂u⟩) / ‖z‖ for every row; 0 where z is 0. */
function throughNormalisation({ unit, slope, width }: Vectors, z: Float32Array): Float32Array {
  const back = new Float32Array(z.length);
  for (let start = 0; start < z.length; start += width) {
    let [squares, along] = [0, 0];
    for (let at = start; at < start + width; at++) {
      squares += (z[at] as number) ** 2;
      along += (unit[at] as number) * (slope[at] as number);
    }
    if (squares === 0) continue;
    for (let at = start; at < start + width; at++)
      back[at] = ((slope[at] as number) - along * (unit[at] as number)) / Math.sqrt(squares);
  }
  return back;
}

/** What the groups of a step come to at given outputs. */
interface Judged {
  /** Σ coefficient · ℓ. */
  readonly loss: number;
  /** Mean loss of the groups that each row is a member of, [rows]. */
  readonly losses: Float32Array;
  /** ∂L/∂z, [rows · D]. */
  readonly cotangent: Float32Array;
}

/** Computes L = Σ coefficient · ℓ of groups at outputs z, [rows · D], with its gradient in z. O(G D). */
function judge(
  z: Float32Array,
  {
    size,
    groups,
    coefficients,
  }: { readonly size: number; readonly groups: Int32Array; readonly coefficients: Float32Array },
  { normalise, arity, lossOf }: Metric,
): Judged {
  const unit = normalise ? normalised(z, size) : Float64Array.from(z);
  const vectors = { unit, slope: new Float64Array(z.length), width: z.length / size };
  const sums = new Float64Array(size);
  const times = new Float64Array(size);
  let total = 0;
  coefficients.forEach((coefficient, group) => {
    const members = groups.subarray(group * arity, (group + 1) * arity);
    const { loss, slopes } = lossOf(members, (i, j) => squaredDistance(vectors, i, j));
    total += coefficient * loss;
    for (const [i, j, slope] of slopes) pull(vectors, [i, j], coefficient * slope);
    for (const row of members) {
      sums[row] = (sums[row] as number) + loss;
      times[row] = (times[row] as number) + 1;
    }
  });
  return {
    loss: total,
    losses: Float32Array.from(sums, (sum, row) => (sum === 0 ? 0 : sum / (times[row] as number))),
    cotangent: normalise ? throughNormalisation(vectors, z) : Float32Array.from(vectors.slope),
  };
}

function groupsOf({ groups }: EstimatorStep): Int32Array {
  if (groups !== undefined) return groups;
  throw new UnequalError(
    "ESTIMATOR_UNSUPPORTED",
    'The estimator steps on groups that a sampler mines, but this update was a uniform one. Use the gate "always".',
  );
}

/**
 * Makes one update on Σ coefficient · ℓ of groups + regularisers: a pull back of its gradient in the outputs, with
 * dropout on and the step's noise. The examples' own weights do not enter.
 */
export async function metricStep(step: EstimatorStep, metric: Metric): Promise<StepResult> {
  const { learner, rows, coefficients, noise, signals } = step;
  const groups = groupsOf(step);
  let found: { readonly judged: Judged; readonly outputs: Float32Array } | undefined;
  const cotangent = (z: Float32Array): Float32Array => {
    const judged = judge(z, { size: rows.length, groups, coefficients }, metric);
    found = { judged, outputs: z.slice() };
    return judged.cotangent;
  };
  const options = { noise, mode: "training", regulariser: true } as const;
  const gradient = await learner.pullback(step, cotangent, options);
  learner.apply(gradient);
  gradient.dispose();
  const { judged, outputs } = found as NonNullable<typeof found>;
  return {
    loss: judged.loss,
    metrics: {},
    signals: { loss: judged.losses, ...(signals.includes("embedding") && { embedding: outputs }) },
  };
}
