import type { StepReport } from "@unequal/core";
import type { Logs } from "./callback-list.js";

/** Updates that a mean is taken over. */
const WINDOW = 50;

/** Turns the metrics of updates into what a callback is told after each. */
export interface MetricLogs {
  readonly add: (report: Pick<StepReport, "metrics" | "importance">) => Logs;
}

/**
 * Creates the logs: a uniform update tells the metrics of its batch, as TensorFlow.js does. The weighted metrics of a batch
 * drawn by importance are unbiased but may lie far off, such as an accuracy of 3.6, so the means over the last 50 updates are
 * told instead.
 */
export function createMetricLogs(): MetricLogs {
  const recent: Readonly<Record<string, number>>[] = [];
  return {
    add: ({ metrics, importance }) => {
      recent.push(metrics);
      if (recent.length > WINDOW) recent.shift();
      if (!importance) return { ...metrics };
      const mean = (name: string): number =>
        recent.reduce((sum, each) => sum + (each[name] ?? 0), 0) / recent.length;
      return Object.fromEntries(Object.keys(metrics).map((name) => [name, mean(name)]));
    },
  };
}
