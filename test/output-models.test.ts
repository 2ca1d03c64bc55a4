import { beforeAll, describe, expect, test } from "vitest";
import { expectLikeFit } from "./engines/expect-like-fit.js";
import { outputModels } from "./engines/output-models.js";
import { ENGINES, startEngine } from "./start-engine.js";

const [headOfOnes = () => expect.fail()] = Object.values(outputModels);

describe.each(ENGINES)("on %s", (engine) => {
  beforeAll(() => startEngine(engine));

  test.each(Object.entries(outputModels))("%s: trains as model.fit does", async (_, make) => {
    for (const loss of ["logits", "as-compiled"] as const)
      await expectLikeFit(make, { training: { loss }, tolerance: 1e-5 });
  });

  test("the layer that an output feeds gets its probabilities: ¼ Σ σ(x)² by hand", async () => {
    const history = await expectLikeFit(headOfOnes, { fit: { epochs: 1 }, tolerance: 1e-5 });
    const squares = [1, 2, -1, 3].map((x) => (1 + Math.exp(-x)) ** -2);
    const byHand = squares.reduce((sum, each) => sum + each) / 4;
    expect(byHand).toBeCloseTo(0.5725, 4);
    expect(Math.abs((history["1_loss"]?.[0] as number) - byHand)).toBeLessThan(1e-5);
  });
});
