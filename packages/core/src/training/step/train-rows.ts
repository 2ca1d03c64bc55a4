import { everyRow } from "../../arrays/every-row.js";
import type { Dataset } from "../../contracts/dataset.js";
import type { Estimator, Reference } from "../../contracts/estimator.js";
import type { Learner, StepResult } from "../../contracts/learner.js";
import type { Random } from "../../contracts/random.js";
import type { Sampler } from "../../contracts/sampler.js";
import type { Scoring } from "../../contracts/scoring.js";
import type { Signal } from "../../contracts/signals.js";
import type { StepPlan } from "../candidates/step-plan.js";
import { chunksOf } from "../pools/chunks.js";
import type { NonFinite } from "../scoring/score-pool.js";
import type { StepEstimates } from "./estimate-step.js";
import type { LoadedBatch, ReadyBatch, UpdatedBatch } from "./step-batch.js";
import type { UpdateBy } from "./update-on-finite.js";

/** What rows are trained on with. */
interface TrainingParts {
  readonly estimator: Estimator;
  readonly learner: Learner;
  readonly sampler: Sampler;
  /** Absent where nothing scores. */
  readonly estimates: Pick<StepEstimates, "wanted"> | undefined;
  readonly random: Random;
  readonly nonFinite: NonFinite;
  /** What estimators walk over: the dataset, loaded in batches as large as a pool. */
  readonly dataset: Dataset;
  readonly inline: Scoring;
  readonly presample: number;
}

/** What an update on no rows finds: the empty sum. */
const NOTHING: StepResult = { loss: 0, metrics: {}, signals: {} };

/** Signals to take of the training pass: what the sampler observes, and what the gain is estimated by. */
function freeSignals(
  parts: Pick<TrainingParts, "estimates" | "sampler" | "learner">,
  ready: ReadyBatch,
  step: StepPlan,
): readonly Signal[] {
  const { sampler, learner, estimates } = parts;
  const wanted = new Set([...(estimates?.wanted(ready, step) ?? []), ...sampler.requires]);
  return [...wanted].filter((name) => learner.signals.get(name) === "free");
}

/** Makes the walk of estimators over the dataset, in batches as large as a pool. */
function referenceOf(
  { dataset, inline, presample }: Pick<TrainingParts, "dataset" | "inline" | "presample">,
  scoredAt: number,
): Reference {
  return {
    size: dataset.size,
    walk: async (visit, named) => {
      for (const ids of chunksOf(named ?? dataset.size, presample)) {
        const keys = new Uint32Array(ids.length);
        const candidates = await inline.submit({ ids, keys, signals: [], scoredAt });
        try {
          const { batch } = await candidates.load(everyRow(ids.length));
          await visit(batch, ids);
        } finally {
          candidates.dispose();
        }
      }
    },
  };
}

async function update(
  parts: Omit<TrainingParts, "nonFinite">,
  { ready, loaded }: LoadedBatch,
  step: StepPlan,
): Promise<StepResult> {
  const { estimator, learner, random } = parts;
  const { drawn, ...trained } = ready.batch;
  if (drawn.rows.length === 0) return NOTHING;
  return estimator.step({
    ...trained,
    ...drawn,
    ...loaded,
    learner,
    progress: step.progress,
    rate: step.rate,
    noise: random.seed(),
    random,
    signals: freeSignals(parts, ready, step),
    reference: referenceOf(parts, step.progress.update),
  });
}

/** Trains on the rows of a step; under `nonFinite: "skip"` on those with a finite loss. */
export type TrainRows = (trained: LoadedBatch, step: StepPlan) => Promise<UpdatedBatch>;

/** Makes what trains on the rows of a run's steps. */
export function rowTrainer(parts: TrainingParts): TrainRows {
  if (parts.nonFinite === "error")
    return async (trained, step) => ({ ...trained, result: await update(parts, trained, step) });
  return async (trained, step) => {
    const { updateOnFinite } = await import("./update-on-finite.js");
    const by: UpdateBy = (rows, learner) => update({ ...parts, learner }, rows, step);
    return updateOnFinite(by, trained, parts.learner);
  };
}
