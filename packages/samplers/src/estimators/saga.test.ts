import { setUpPart, type ToyLearner } from "@unequal/core/testing";
import { describe, expect, test } from "vitest";
import { saga } from "../index.js";
import {
  direction,
  expectEqual,
  gradientOf,
  ids,
  makeStep,
  N,
  nonlinearRidge,
  ridge,
  sumOf,
  type StepRequest,
} from "../../testing/ridge.js";

/** What SAGA should do, by a table of whole gradients in doubles, one by one. */
async function naiveSaga(learner: ToyLearner, initialise: "zeros" | "pass") {
  const gradients = await Promise.all(ids.map((id) => gradientOf(learner, [id])));
  const table = initialise === "pass" ? gradients : gradients.map((g) => g.map(() => 0));
  return async ({ some, coefficients = [], weights }: StepRequest): Promise<Float64Array> => {
    const mean = sumOf(...table.map((a) => [1 / N, a] as const));
    const full = await gradientOf(learner, ids, true);
    const terms = [
      [1, mean],
      [1, full],
      [-1, await gradientOf(learner, ids)],
    ] as [number, Float64Array][];
    const present = await Promise.all(some.map((id) => gradientOf(learner, [id])));
    some.forEach((id, row) => {
      const factor = (coefficients[row] as number) * (weights?.[row] ?? 1);
      terms.push([factor, present[row] as Float64Array], [-factor, table[id] as Float64Array]);
    });
    some.forEach((id, row) => (table[id] = present[row] as Float64Array));
    return sumOf(...terms);
  };
}

const STEPS: readonly StepRequest[] = [
  { some: [2, 7], coefficients: [0.5, 0.5] },
  { some: [7], coefficients: [0.25] },
  { some: [0, 2, 9], coefficients: [0.75, 0.125, 0.5] },
  // An example twice, as a first stage that draws with replacement may want it.
  { some: [9, 4, 9], coefficients: [0.25, 0.5, 0.125], weights: [2, 0.5, 2] },
  { some: [4, 2], coefficients: [0.5, 1], weights: [4, 0.25] },
  { some: [9, 4, 2, 0], coefficients: [0.25, 0.25, 0.25, 0.25] },
];

describe.each([
  // ∂ℓ/∂z is kept in single precision.
  ["of output gradients, for linear models", ridge, 1e-6],
  ["of whole gradients, for all others", nonlinearRidge, 1e-6],
])("saga with a table %s", (_, make, tolerance) => {
  test.each(["zeros", "pass"] as const)(
    "starting with %s steps as written down",
    async (initialise) => {
      const learner = make();
      const { role } = setUpPart(saga({ initialise }));
      const naive = await naiveSaga(learner, initialise);
      for (const request of STEPS) {
        const wanted = await naive(request);
        expectEqual(
          await direction(learner, role, await makeStep(learner, request)),
          wanted,
          tolerance,
        );
      }
      role.dispose();
      expect(learner.alive()).toBe(0);
    },
  );

  test("steps along the full gradient where the table holds the present gradients", async () => {
    for (const some of [[3], [1, 15]]) {
      const learner = make();
      const full = await gradientOf(learner, ids, true);
      const { role } = setUpPart(saga({ initialise: "pass" }));
      expectEqual(
        await direction(learner, role, await makeStep(learner, { some })),
        full,
        tolerance,
      );
    }
  });

  test("in a first pass without replacement, from zeros steps too far by mean a; by default does not", async () => {
    for (const initialise of [undefined, "zeros"] as const) {
      const learner = make();
      const { role } = setUpPart(saga(initialise === undefined ? {} : { initialise }));
      const [start, seen, unseen] = [await learner.state(), ids.slice(0, 10), ids.slice(10)];
      const step = async (id: number) => {
        await learner.restore(start);
        return direction(learner, role, await makeStep(learner, { some: [id] }));
      };
      for (const id of seen) await step(id);
      await learner.restore(start);
      const full = await gradientOf(learner, ids, true);
      const here = await gradientOf(learner, [unseen[0] as number], true);
      const mean = sumOf([seen.length / N, await gradientOf(learner, seen)]);
      const wanted = initialise === undefined ? full : sumOf([1, here], [1, mean]);
      expectEqual(await step(unseen[0] as number), wanted, tolerance);
    }
  });

  test("returns the loss and no signals but those asked for", async () => {
    const learner = make();
    const { role } = setUpPart(saga());
    const step = await makeStep(learner, { some: [4, 9] });
    const { loss, signals } = await role.step(step);
    expect(Object.keys(signals)).toEqual(["loss"]);
    const [first = NaN, second = NaN] = signals.loss ?? [];
    expect(loss).toBeCloseTo((first + second) / 2, 6);
    const asked = await role.step({ ...step, signals: ["output-gradient"] });
    expect(Object.keys(asked.signals).sort()).toEqual(["loss", "output-gradient"]);
  });
});

describe("the memory of saga", () => {
  async function warned(learner: ToyLearner) {
    const { role, events } = setUpPart(saga());
    const messages: string[] = [];
    const held = learner.alive();
    events.on("warning", ({ code, message }) => {
      messages.push(`${code} ${message}`, `${learner.alive() - held}`);
    });
    for (const update of [0, 1])
      await direction(learner, role, await makeStep(learner, { update, some: [1] }));
    return messages;
  }

  test("is announced once, before it is taken", async () => {
    const text = (numbers: string) =>
      `NOTE The estimator "saga" keeps ${numbers} for each of 16 examples: 0 MiB.`;
    // Alive by then are the batch and the step's own gradient.
    expect(await warned(ridge())).toEqual([text("1 numbers"), "2"]);
    expect(await warned(nonlinearRidge())).toEqual([text("5 numbers"), "2"]);
  });

  test("of whole gradients is refused before the first step where it is too large", () => {
    const bytes = 4 * N * 5;
    const check = (maxBytes: number) =>
      setUpPart(saga({ maxBytes })).role.bind?.(nonlinearRidge(), { size: N });
    expect(() => check(bytes)).not.toThrow();
    expect(() => check(bytes - 1)).toThrow(
      expect.objectContaining({
        code: "ESTIMATOR_UNSUPPORTED",
        message: expect.stringMatching(/Raise maxBytes, .*"svrg"/) as string,
      }),
    );
  });

  test("of output gradients is refused at the first step, which shows how many there are", async () => {
    const learner = ridge();
    const tight = async (maxBytes: number) => {
      const { role } = setUpPart(saga({ maxBytes }));
      role.bind?.(learner, { size: N });
      await role.step(await makeStep(learner, { some: [1] }));
    };
    await tight(4 * N);
    await expect(tight(4 * N - 1)).rejects.toThrow(
      expect.objectContaining({ code: "ESTIMATOR_UNSUPPORTED" }),
    );
  });
});
