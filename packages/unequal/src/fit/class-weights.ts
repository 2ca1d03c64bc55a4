import type { TargetColumn } from "@unequal/backends";
import { UnequalError, type Dataset, type HostArray } from "@unequal/core";
import { weighClasses } from "@unequal/datasets";
import type { ClassTables } from "./class-tables.js";
import type { ClassWeight } from "./fit-options.js";
import { tallyClasses, type PositionWeights, type TalliedClasses } from "./tally-classes.js";

/** Training data whose classes are weighed: in the examples' own weights, or position by position by the learner. */
export interface WeighedClasses {
  readonly train: Dataset;
  readonly classWeights: readonly (PositionWeights | null)[] | undefined;
}

/** Weighs classes, once it has seen the targets. */
export interface ClassWeigher {
  /** Looks at the targets of an output. @throws DATASET_INVALID, OPTION_INVALID */
  readonly tally: (column: HostArray, at: number) => readonly string[];
  readonly weigh: (train: Dataset) => WeighedClasses;
}

function invalid(message: string): UnequalError {
  return new UnequalError("OPTION_INVALID", message);
}

function checkPositions({ positions }: TalliedClasses, { name, loss }: TargetColumn): void {
  if (!positions || loss !== undefined) return;
  throw invalid(
    `classWeight weighs each position of an example, but the loss of "${name}" is a function, which may reduce them. Compile with a built-in loss by name, or weigh positions in the function.`,
  );
}

/** Compares the classes that have weights with those that there are; returns what is odd but may be meant. */
function compare(
  table: ClassWeight,
  { seen, count }: TalliedClasses,
  name: string,
): readonly string[] {
  const labels = Object.keys(table).map(Number);
  const beyond = count === undefined ? undefined : labels.find((label) => label >= count);
  if (beyond !== undefined) {
    throw invalid(
      `classWeight names class ${beyond}, but "${name}" has ${count} classes, 0 to ${(count ?? 0) - 1}. Count classes from 0.`,
    );
  }
  if (seen.every((label) => table[label] === 0))
    throw invalid(
      `classWeight must leave something to learn, but every class of "${name}" weighs 0.`,
    );
  const unknown = labels.filter((label) => !seen.includes(label));
  if (unknown.length === 0) return [];
  const some = seen.length > 20 ? `${seen.slice(0, 20).join(", ")}, …` : seen.join(", ");
  return [
    `classWeight names the class${unknown.length === 1 ? "" : "es"} ${unknown.join(", ")}, which no example of "${name}" has: there are ${some}.`,
  ];
}

function dense(table: ClassWeight, { seen, count = 0, coding }: TalliedClasses): PositionWeights {
  const labels = [...seen, ...Object.keys(table).map(Number)];
  const length = Math.max(count, labels.reduce((most, label) => Math.max(most, label), 0) + 1);
  return { weights: Array.from({ length }, (_, label) => table[label] ?? 1), coding };
}

/**
 * Weighs classes: where every example has one, in its weight; where pixels, steps or several outputs have theirs, or a share
 * stands for the class, each position by the learner. Classes that are not named weigh 1.
 */
export function createClassWeigher(
  tables: ClassTables,
  targets: readonly TargetColumn[],
): ClassWeigher {
  const tallies = new Map<number, TalliedClasses>();
  return {
    tally: (column, at) => {
      const [table, target] = [tables[at], targets[at]];
      if (table === undefined || target === undefined) return [];
      const tally = tallyClasses(column, target);
      checkPositions(tally, target);
      tallies.set(at, tally);
      return compare(table, tally, target.name);
    },
    weigh: (train) => {
      const [only, ...others] = tables;
      if (only !== undefined && others.length === 0 && train.labels?.() !== undefined)
        return { train: weighClasses(train, only), classWeights: undefined };
      const classWeights = tables.map((table, at) => {
        const tally = tallies.get(at);
        if (table === undefined) return null;
        if (tally !== undefined) return dense(table, tally);
        // embeddings have targets of any kind, which were not looked at
        throw new UnequalError(
          "DATASET_INVALID",
          "classWeight needs targets that are classes: one column of one-hot rows or whole numbers. Use sampleWeight instead.",
        );
      });
      return { train, classWeights };
    },
  };
}
