import { setUpPart } from "@unequal/core/testing";
import { expect, test } from "vitest";
import { katyusha, plain, saga, scsg, svrg } from "../index.js";
import { N, ridge } from "../../testing/ridge.js";

function bindTo(batchStatistics: boolean, part = plain()): () => void {
  const learner = ridge();
  const facts = { ...learner.facts, batchStatistics };
  return () => setUpPart(part).role.bind?.({ ...learner, facts }, { size: N });
}

test.each([katyusha(), saga(), scsg(), svrg()])(
  "$name refuses a model whose gradients depend on the other rows of a batch",
  (part) => {
    expect(bindTo(false, part)).not.toThrow();
    expect(bindTo(true, part)).toThrow(
      expect.objectContaining({
        code: "ESTIMATOR_UNSUPPORTED",
        message: expect.stringContaining(`"${part.name}"`) as string,
      }),
    );
  },
);

test("plain steps take any model", () => {
  expect(bindTo(true)).not.toThrow();
});
