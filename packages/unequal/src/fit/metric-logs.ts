import { savedData, type Stateful, type StepReport } from "@unequal/core";
import type { Logs } from "./callback-list.js";

/** Updates that a mean is taken over. */
const WINDOW = 50;

/** Turns the metrics of updates into what a user is told. */
export interface MetricLogs extends Stateful {
  /** Takes those of an update; returns what a callback is told after it. */
  readonly add: (report: Pick<StepReport, "metrics" | "importance">) => Logs;
  /** Returns what the line of the epoch that ended shows of its means. */
  readonly line: (means: Logs) => Logs;
}

/**
 * Creates the logs: a uniform update tells the metrics of its batch, as TensorFlow.js does. The weighted metrics of a batch
 * drawn by importance are unbiased but may lie far off, such as an accuracy of 3.6, so the means over the last 50 updates are
 * told instead; and shown, where an epoch has fewer.
 */
export function createMetricLogs(): MetricLogs {
  let recent: Readonly<Record<string, number>>[] = [];
  let epoch = { updates: 0, drawn: false };
  const mean = (name: string): number =>
    recent.reduce((sum, each) => sum + (each[name] ?? 0), 0) / recent.length;
  const means = (names: readonly string[]): Logs =>
    Object.fromEntries(names.map((name) => [name, mean(name)]));
  return {
    add: ({ metrics, importance }) => {
      // an update whose rows were all left out has none
      if (Object.keys(metrics).length > 0) recent.push(metrics);
      if (recent.length > WINDOW) recent.shift();
      epoch = { updates: epoch.updates + 1, drawn: epoch.drawn || importance };
      return importance ? means(Object.keys(metrics)) : { ...metrics };
    },
    line: (logs) => {
      const { updates, drawn } = epoch;
      epoch = { updates: 0, drawn: false };
      return drawn && updates < WINDOW ? { ...logs, ...means(Object.keys(recent[0] ?? {})) } : logs;
    },
    ...savedData(
      "the metrics of a fit",
      () => ({ recent, epoch }),
      (saved) => void ({ recent, epoch } = saved),
    ),
  };
}
