import { UnequalError, type Backend } from "@unequal/core";
import type { Trial } from "./engine-findings.js";
import { sampleData } from "./sample-data.js";
import type { SampleModel } from "./sample-models.js";
import { tryOut } from "./try-out.js";
import { withLearner } from "./with-learner.js";

const ROWS = 4;
const STEPS = 2;

/** Trains a sample model for two steps: whether the engine has the kernels of its family. */
export function checkKernels(backend: Backend, sample: SampleModel): Promise<Trial> {
  return tryOut(sample.family, () =>
    withLearner(backend, sample, async (learner) => {
      const ids = Uint32Array.from({ length: ROWS }, (_, at) => at);
      const batch = learner.upload(await sampleData(sample, ROWS).take(ids, ids));
      const rows = Int32Array.from(ids);
      const coefficients = new Float32Array(ROWS).fill(1 / ROWS);
      try {
        for (let noise = 0; noise < STEPS; noise++) {
          const { loss } = await learner.step(
            { batch, rows, coefficients },
            { noise, signals: [] },
          );
          if (Number.isFinite(loss)) continue;
          throw new UnequalError("LOSS_NOT_FINITE", `The loss must be finite, but is ${loss}.`);
        }
      } finally {
        batch.dispose();
      }
      return {};
    }),
  );
}
