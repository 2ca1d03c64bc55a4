import { nextAverage } from "../../arrays/moving-average.js";
import type { Stateful } from "../../contracts/state.js";
import { restored } from "../../state/restored.js";
import { stateless } from "../../state/stateless.js";

/** Takes the noise of the weights out of metrics, without making them biased. */
export interface MetricControl extends Stateful {
  /**
   * Corrects the weighted metrics of one step.
   * @param metrics Σ c m of each metric, c the coefficients of the rows
   * @param weight Σ c, whose expectation is 1
   */
  readonly correct: (
    metrics: Readonly<Record<string, number>>,
    weight: number,
  ) => Readonly<Record<string, number>>;
}

/** Moving averages of one metric. */
interface Moments {
  mean: number;
  /** Of (Σc − 1)(Σcm − mean). */
  covariance: number;
  /** Of (Σc − 1)². */
  variance: number;
}

const DECAY = 0.98;
/** Weight of the first guess β = mean, in units of (Σc − 1)². */
const PRIOR = 1e-3;

/**
 * Creates the control: Σcm − β(Σc − 1), with β = Cov(Σcm, Σc) / Var(Σc) from the earlier steps.
 *
 * Rows that are seldom drawn have large weights, and what a metric says of them, such as an accuracy of 1,
 * makes Σcm swing with Σc. As E[Σc] = 1 and β knows nothing of the present draw, the expectation stays.
 *
 * @see Owen, Monte Carlo theory, methods and examples, 2013, §8.9 (control variates)
 */
export function createMetricControl(): MetricControl {
  let moments: Record<string, Moments> = {};
  const next = (old: number, value: number): number => nextAverage(old, value, DECAY);
  const correctOne = (name: string, value: number, excess: number): number => {
    const seen = moments[name] ?? { mean: value, covariance: 0, variance: 0 };
    const beta = (seen.covariance + PRIOR * seen.mean) / (seen.variance + PRIOR);
    const corrected = value - beta * excess;
    moments[name] = {
      covariance: next(seen.covariance, excess * (value - seen.mean)),
      variance: next(seen.variance, excess ** 2),
      mean: next(seen.mean, corrected),
    };
    return corrected;
  };
  return {
    correct: (metrics, weight) =>
      Object.fromEntries(
        Object.entries(metrics).map(([name, value]) => [name, correctOne(name, value, weight - 1)]),
      ),
    state: () => ({ version: 1, moments: structuredClone(moments) as never }),
    restore: (state) => {
      ({ moments } = restored<{ moments: Record<string, Moments> }>(state, 1, "metric control"));
    },
  };
}

/** Leaves metrics as they are: for weights whose sum is not expected to be 1. */
export function noMetricControl(): MetricControl {
  return { ...stateless("metric control"), correct: (metrics) => metrics };
}
