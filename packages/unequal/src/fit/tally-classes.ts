import { exampleAt, type LearnerOptions, type TargetColumn } from "@unequal/backends";
import { UnequalError, type HostArray } from "@unequal/core";

/** Weights of the classes of one output, as a learner takes them. */
export type PositionWeights = NonNullable<NonNullable<LearnerOptions["classWeights"]>[number]>;

/** The classes that the targets of an output name. */
export interface TalliedClasses {
  readonly coding: PositionWeights["coding"];
  /** Those that occur, in order. */
  readonly seen: readonly number[];
  /** How many there can be, where the model or the targets say. */
  readonly count: number | undefined;
  /** Whether an example has several: of its pixels, steps or words. */
  readonly positions: boolean;
}

function codingOf({ shape }: HostArray, { loss }: TargetColumn): PositionWeights["coding"] {
  if (loss === "sparseCategoricalCrossentropy" || shape.length === 1) return "ids";
  if ((shape.at(-1) ?? 1) > 1) return "shares";
  return loss === "binaryCrossentropy" ? "share" : "ids";
}

function noClass(column: HostArray, at: number, came: string): UnequalError {
  return new UnequalError(
    "DATASET_INVALID",
    `classWeight needs targets that are classes: whole numbers, or one share for each class of which one is the largest, but example ${exampleAt(column, at)} has ${came}. Use sampleWeight instead.`,
  );
}

function idAt(column: HostArray, at: number): number {
  const id = column.data[at] as number;
  if (Number.isInteger(id) && id >= 0) return id;
  throw noClass(column, at, String(id));
}

function largestAt(column: HostArray, from: number): number {
  const width = column.shape.at(-1) ?? 1;
  const shares = Float32Array.from(column.data.subarray(from, from + width));
  const largest = shares.reduce((most, share) => Math.max(most, share), -Infinity);
  const at = shares.indexOf(largest);
  if (largest > 0 && shares.indexOf(largest, at + 1) >= 0)
    throw noClass(column, from, `[${shares.subarray(0, 8).join(", ")}]`);
  return at;
}

function countOf({ shape }: HostArray, target: TargetColumn, coding: string): number | undefined {
  if (coding === "share") return 2;
  if (coding === "shares") return shape.at(-1);
  return target.loss === "sparseCategoricalCrossentropy" ? target.width : undefined;
}

/** Reads the classes off a column of targets. @throws DATASET_INVALID naming the first example that has none */
export function tallyClasses(column: HostArray, target: TargetColumn): TalliedClasses {
  const coding = codingOf(column, target);
  const width = coding === "shares" ? (column.shape.at(-1) ?? 1) : 1;
  const seen = new Set<number>();
  for (let at = 0; at < column.data.length; at += width) {
    if (coding === "shares") seen.add(largestAt(column, at));
    else seen.add(coding === "share" ? Number((column.data[at] ?? 0) > 0.5) : idAt(column, at));
  }
  return {
    coding,
    seen: [...seen].sort((a, b) => a - b),
    count: countOf(column, target, coding),
    positions: column.shape.slice(1, -1).some((size) => size > 1),
  };
}
