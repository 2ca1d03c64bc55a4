import type { Backend, Learner } from "@unequal/core";
import type { SampleModel } from "./sample-models.js";

/** Builds a sample model on the active engine, lends its learner, and frees both. */
export async function withLearner<T>(
  backend: Backend,
  { build }: SampleModel,
  use: (learner: Learner) => Promise<T>,
): Promise<T> {
  const model = build();
  try {
    const learner = backend.learner(model);
    try {
      return await use(learner);
    } finally {
      learner.dispose?.();
    }
  } finally {
    model.dispose();
  }
}
