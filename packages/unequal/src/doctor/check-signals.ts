import { UnequalError, type Backend, type Learner, type Signal } from "@unequal/core";
import type { Trial } from "./engine-findings.js";
import { sampleData } from "./sample-data.js";
import { dense } from "./sample-models.js";
import { tryOut } from "./try-out.js";
import { withLearner } from "./with-learner.js";

const ROWS = 8;

async function computeOne(
  learner: Learner,
  batch: ReturnType<Learner["upload"]>,
  name: Signal,
): Promise<object> {
  const { [name]: values } = await learner.compute([name], batch);
  if (values !== undefined && values.length >= ROWS && values.every(Number.isFinite)) return {};
  throw new UnequalError(
    "SCORE_NOT_FINITE",
    `The signal "${name}" must be finite numbers, but is ${values?.join(", ") ?? "not there"}.`,
  );
}

/** Computes every signal that the learner of a dense model offers, one by one. */
export function checkSignals(backend: Backend): Promise<readonly Trial[]> {
  return withLearner(backend, dense, async (learner) => {
    const ids = Uint32Array.from({ length: ROWS }, (_, at) => at);
    const batch = learner.upload(await sampleData(dense, ROWS).take(ids, ids));
    try {
      const trials: Trial[] = [];
      for (const name of learner.signals.keys())
        trials.push(await tryOut(name, () => computeOne(learner, batch, name)));
      return trials;
    } finally {
      batch.dispose();
    }
  });
}
