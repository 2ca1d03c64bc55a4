import { always, createRandom, createTrainer, never, type Dataset, type Spec } from "@unequal/core";
import { setUpPart, toyLearner, toyProgress } from "@unequal/core/testing";
import { expect, test } from "vitest";
import { plain } from "../estimators/plain.js";
import { lipschitz } from "./lipschitz.js";
import { uniform } from "./uniform.js";
import { unbiased } from "../weightings/unbiased.js";

// Randomized Kaczmarz: b = 1, learning rate N/‖A‖² of ½r², half of it for r².

const N = 40;
const FEATURES = 3;
const SEEDS = 150;
const MOMENTS = [10, 50, 150];

interface Rows {
  readonly dataset: Dataset;
  /** Rows a_i = (x_i, 1) of the system A θ = y. */
  readonly a: readonly (readonly number[])[];
  readonly solution: readonly number[];
}

function dot(left: ArrayLike<number>, right: ArrayLike<number>): number {
  return Array.from(left).reduce((sum, value, at) => sum + value * (right[at] as number), 0);
}

/** A consistent system whose rows differ much in length: every eighth is sixteen times as long. */
function consistentSystem(): Rows {
  const random = createRandom("kaczmarz");
  const solution = Array.from({ length: FEATURES + 1 }, () => random.uniform() - 0.5);
  const x = Array.from({ length: N }, (_, id) =>
    Float32Array.from(
      { length: FEATURES },
      () => (id % 8 === 7 ? 16 : 1) * (2 * random.uniform() - 1),
    ),
  );
  const a = x.map((row) => [...row, 1]);
  const y = Float32Array.from(a, (row) => dot(row, solution));
  const dataset: Dataset = {
    size: N,
    take: (ids) => ({
      size: ids.length,
      inputs: [
        {
          data: Float32Array.from([...ids].flatMap((id) => [...(x[id] as Float32Array)])),
          shape: [ids.length, FEATURES],
          dtype: "float32",
        },
      ],
      targets: [
        {
          data: Float32Array.from(ids, (id) => y[id] as number),
          shape: [ids.length, 1],
          dtype: "float32",
        },
      ],
    }),
  };
  return { dataset, a, solution };
}

const system = consistentSystem();
const frobenius = system.a.reduce((sum, row) => sum + dot(row, row), 0);
const rate = N / (2 * frobenius);

/** Runs SGD from a fixed start and returns ‖θ − θ*‖² at the moments, for each seed. */
async function distances(
  sampler: Spec<"sampler">,
  { gate, learningRate, seeds }: { gate: Spec<"gate">; learningRate: number; seeds: number },
): Promise<number[][]> {
  const runs: number[][] = [];
  for (let seed = 0; seed < seeds; seed++) {
    const learner = toyLearner({ features: FEATURES, outputs: 1, loss: "squared", learningRate });
    const trainer = createTrainer({
      learner,
      dataset: system.dataset,
      sampler,
      weighting: unbiased(),
      estimator: plain(),
      gate,
      batchSize: 1,
      seed,
    });
    const found: number[] = [];
    const afterStep = async ({ progress }: { progress: { update: number } }): Promise<void> => {
      if (!MOMENTS.includes(progress.update)) return;
      const { theta } = (await learner.state()) as unknown as { theta: Float64Array };
      const gap = theta.map((value, at) => value - (system.solution[at] as number));
      found.push(dot(gap, gap));
    };
    await trainer.run({ updates: MOMENTS.at(-1) as number, afterStep });
    await trainer.dispose();
    runs.push(found);
  }
  return runs;
}

async function startingGap(): Promise<number[]> {
  const learner = toyLearner({ features: FEATURES, outputs: 1, loss: "squared" });
  const { theta } = (await learner.state()) as unknown as { theta: Float64Array };
  return Array.from(theta, (value, at) => value - (system.solution[at] as number));
}

/** Computes Aᵀ A v. */
function gram(v: readonly number[]): number[] {
  const image = system.a.map((row) => dot(row, v));
  return v.map((_, at) =>
    system.a.reduce((sum, row, id) => sum + (row[at] as number) * (image[id] as number), 0),
  );
}

/** σ²_min(A), by power iterations on ‖A‖²I − AᵀA. */
function smallestSquare(): number {
  let v = [1, 0.7, -0.4, 0.2];
  let value = 0;
  for (let step = 0; step < 5000; step++) {
    const next = gram(v).map((part, at) => frobenius * (v[at] as number) - part);
    value = Math.sqrt(dot(next, next));
    v = next.map((part) => part / value);
  }
  return frobenius - value;
}

test("one step takes E‖e‖² to ‖e‖² − ‖Ae‖²/‖A‖², exactly", async () => {
  const e = await startingGap();
  const { role } = setUpPart(lipschitz({ importances: system.a.map((row) => dot(row, row)) }));
  role.bind?.({ size: N });
  const { rows, expected } = role.propose?.(1_000_000, toyProgress(0)) ?? expect.fail();
  const p = new Map([...rows].map((id, at) => [id, (expected?.[at] as number) / 1_000_000]));
  expect(p.size).toBe(N);
  let after = 0;
  for (const [id, chance] of p) {
    const row = system.a[id] as readonly number[];
    const step = (rate / (N * chance)) * 2 * dot(row, e);
    const moved = e.map((part, at) => part - step * (row[at] as number));
    after += chance * dot(moved, moved);
  }
  expect(after).toBeCloseTo(dot(e, e) - dot(e, gram(e)) / frobenius, 12);
});

test("keeps E‖θ − θ*‖² under (1 − σ²_min/‖A‖²)ᵗ, where uniform SGD diverges or crawls", async () => {
  const start = await startingGap();
  const runs = await distances(lipschitz(), { gate: always(), learningRate: rate, seeds: SEEDS });
  const means = MOMENTS.map((t, at) => {
    const values = runs.map((run) => run[at] as number);
    const mean = values.reduce((sum, value) => sum + value, 0) / SEEDS;
    const spread = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / SEEDS;
    const error = Math.sqrt(spread / SEEDS);
    const bound = dot(start, start) * (1 - smallestSquare() / frobenius) ** t;
    // The mean itself is below the bound, and so is, but for one in 30,000, its expectation: four standard errors.
    expect(mean + 4 * error).toBeLessThan(bound);
    return mean;
  });
  const last = means.at(-1) as number;
  const uniformly = { gate: never() satisfies Spec<"gate">, seeds: 5 };
  const diverged = await distances(uniform(), { ...uniformly, learningRate: rate });
  const longest = Math.max(...system.a.map((row) => 2 * dot(row, row)));
  const slow = await distances(uniform(), { ...uniformly, learningRate: 1 / longest });
  for (const run of diverged) expect(run.at(-1)).toBeGreaterThan(1e3 * dot(start, start));
  for (const run of slow) expect(run.at(-1)).toBeGreaterThan(10 * last);
});
