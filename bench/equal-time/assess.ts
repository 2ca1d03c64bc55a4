import { everyId, type Dataset, type HostBatch, type Learner } from "@unequal/core";

/** What a model is worth on a dataset. */
export interface Assessment {
  /** Mean loss. */
  readonly loss: number;
  /** Share of examples whose class is predicted wrongly. */
  readonly error: number;
  /** Expected calibration error: Σ n/N |mean confidence − share that came true|, over 15 bins of the confidence. */
  readonly ece: number;
}

const BINS = 15;
const CHUNK = 1000;

/** One prediction: its confidence, whether what it is of came true, and whether the class is right. */
type Prediction = readonly [confidence: number, cameTrue: boolean, right: boolean];

function largest(values: Float32Array): number {
  return values.reduce((best, value, at) => (value > (values[best] as number) ? at : best), 0);
}

/** The largest probability of classes; of one output the probability of 1. */
function predictionOf(probabilities: Float32Array, targets: Float32Array): Prediction {
  if (probabilities.length === 1) {
    const [p = Number.NaN, y] = [probabilities[0], targets[0] === 1];
    return [p, y, p > 0.5 === y];
  }
  const predicted = largest(probabilities);
  const right = predicted === largest(targets);
  return [probabilities[predicted] as number, right, right];
}

function createTally() {
  const bins = Array.from({ length: BINS }, () => ({ confidence: 0, cameTrue: 0 }));
  let [loss, wrong, count] = [0, 0, 0];
  return {
    add: (itsLoss: number, [confidence, cameTrue, right]: Prediction): void => {
      loss += itsLoss;
      wrong += Number(!right);
      count += 1;
      const bin = bins[Math.min(BINS - 1, Math.floor(confidence * BINS))];
      if (bin === undefined) return;
      bin.confidence += confidence;
      bin.cameTrue += Number(cameTrue);
    },
    means: (): Assessment => {
      const gaps = bins.map((bin) => Math.abs(bin.confidence - bin.cameTrue));
      const ece = gaps.reduce((sum, gap) => sum + gap, 0) / count;
      return { loss: loss / count, error: wrong / count, ece };
    },
  };
}

async function signalsOf(learner: Learner, host: HostBatch) {
  const batch = learner.upload(host);
  try {
    return await learner.compute(["loss", "probabilities"], batch, { chunk: CHUNK });
  } finally {
    batch.dispose();
  }
}

/** Assesses a model of one output, classes or one probability, in one pass in inference mode. */
export async function assess(learner: Learner, dataset: Dataset): Promise<Assessment> {
  const tally = createTally();
  const ids = everyId(dataset.size);
  for (let first = 0; first < ids.length; first += CHUNK) {
    const taken = ids.slice(first, first + CHUNK);
    const host = await dataset.take(taken, new Uint32Array(taken.length));
    const targets = Object.values(host.targets)[0]?.data as Float32Array;
    const { loss, probabilities } = await signalsOf(learner, host);
    const width = targets.length / taken.length;
    loss?.forEach((each, row) => {
      const of = (values: Float32Array): Float32Array =>
        values.subarray(row * width, (row + 1) * width);
      tally.add(each, predictionOf(of(probabilities ?? new Float32Array()), of(targets)));
    });
  }
  return tally.means();
}
