import { Registry, setUpPart, type Backend } from "@unequal/core";
import { afterAll, beforeAll, describe, test } from "vitest";
import type { EngineSubject } from "./describe-engine.js";
import { expectLikeFit } from "./expect-like-fit.js";
import { expectMasked } from "./expect-masked.js";
import { fixedCase, statefulCase, validationOf } from "./fixed-models.js";
import { maskedModels } from "./masked-models.js";
import { absoluteCase, outputModels } from "./output-models.js";

/** Models whose outputs feed layers, or have names that are not unique. */
const OUTPUTS = Object.entries(outputModels).filter(([name]) =>
  /TimeDistributed|with two outputs/.test(name),
);

/** Holds an engine to `model.fit` on one unusual model of each kind; the suites next to this folder have the rest. */
export function describeUnusualModels({ part, tolerance: share }: EngineSubject): void {
  describe("unusual models", () => {
    const tolerance = 100 * share;
    let backend: Backend;
    beforeAll(async () => {
      backend = setUpPart("backend", part, { registry: new Registry([]) });
      await backend.start();
    });
    afterAll(() => backend.stop?.());

    test.each(OUTPUTS)("%s", async (_, make) => {
      await expectLikeFit(make, { tolerance });
    });

    test("the absolute error, which the usual scorer does not suit", async () => {
      await expectLikeFit(absoluteCase, { training: { sampler: undefined }, tolerance });
    });

    test("a mask with a recurrent layer", async () => {
      await expectMasked(maskedModels["an LSTM"], { tolerance, norms: false });
    });

    test("a layer that keeps its state", async () => {
      const fit = { validationData: validationOf(4), epochs: 1 };
      const training = { sampler: undefined };
      await expectLikeFit(() => statefulCase("simpleRNN"), { fit, training, tolerance });
    });

    test("a layer that insists on the size of batches", async () => {
      const fit = { validationData: validationOf(4), epochs: 1 };
      await expectLikeFit(() => fixedCase(true), { fit, tolerance });
    });
  });
}
