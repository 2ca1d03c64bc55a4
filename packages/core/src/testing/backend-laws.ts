import { describe, expect } from "vitest";
import type { Backend } from "../contracts/backend.js";
import type { Part } from "../plugin/part.js";
import { Registry } from "../plugin/registry.js";
import { describeLaws } from "./describe-laws.js";
import type { Law } from "./law.js";
import { learnerLaws } from "./learner-laws.js";
import type { LearnerFixture } from "./learner-run.js";
import { setUpPart } from "./set-up-part.js";

/** A backend under test, and models of its own kind. */
export interface BackendSubject extends Pick<LearnerFixture, "dataset" | "alive" | "replicable"> {
  readonly part: Part<"backend">;
  /** Makes a model for a learner: a new one at each call, on the engine that is started by then. */
  readonly model: () => unknown;
  /** Frees a model. */
  readonly disposeModel?: (model: unknown) => void;
}

function backendOf({ part }: BackendSubject): Backend {
  return setUpPart(part, { registry: new Registry([]) }).role;
}

const facts: Law<BackendSubject> = {
  name: "starts, as often as it is asked to, and says on what it runs",
  check: async (subject) => {
    const backend = backendOf(subject);
    expect(backend.name).toBe(subject.part.name);
    for (let round = 0; round < 2; round++) {
      const { engine, device } = await backend.start();
      expect(engine).not.toBe("");
      expect(device).not.toBe("");
    }
    await backend.stop?.();
  },
};

const refusal: Law<BackendSubject> = {
  name: "refuses what is not a model",
  check: async (subject) => {
    const backend = backendOf(subject);
    await backend.start();
    for (const wrong of [undefined, "model", {}]) {
      expect(() => backend.learner(wrong)).toThrow(
        expect.objectContaining({ code: "MODEL_UNSUPPORTED" }),
      );
    }
    await backend.stop?.();
  },
};

/** What must be true of every backend, besides the learner's laws on its models. */
export const backendLaws: readonly Law<BackendSubject>[] = [facts, refusal];

/** Holds a backend, and the learner of a model on it, to their contracts. */
export function describeBackend(subject: BackendSubject): void {
  const { part, model: make, disposeModel, ...others } = subject;
  describeLaws(`backend "${part.name}"`, backendLaws, subject);
  describe(`backend "${part.name}"`, () => {
    describeLaws("its learner", learnerLaws, async () => {
      const backend = backendOf(subject);
      await backend.start();
      const model = make();
      const dispose = async (): Promise<void> => {
        disposeModel?.(model);
        await backend.stop?.();
      };
      return { ...others, learner: backend.learner(model), dispose };
    });
  });
}
