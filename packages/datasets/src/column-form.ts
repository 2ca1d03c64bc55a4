import { UnequalError, type HostArray } from "@unequal/core";

/** What one input or target of a model takes. */
export interface ColumnForm {
  readonly name: string;
  /** Shape of one example, `null` for any size; absent: any shape. */
  readonly shape?: readonly (number | null)[];
  /** Looks at all examples of a column and throws if they cannot be meant. */
  readonly check?: (column: HostArray) => void;
}

/** What a model takes: its inputs and, unless targets may be anything, its targets, each in the model's order. */
export interface DataForm {
  readonly inputs: readonly ColumnForm[];
  readonly targets?: readonly ColumnForm[] | undefined;
}

/** How well a shape fits: exactly, without its last axis of one, or not. */
export type Fit = 2 | 1 | 0;

function equal(shape: readonly number[], expected: readonly (number | null)[]): boolean {
  return (
    shape.length === expected.length &&
    expected.every((size, axis) => size === null || size === shape[axis])
  );
}

/** Compares the shape of one example with what a column takes. */
export function fitOf(shape: readonly number[], expected: readonly (number | null)[]): Fit {
  if (equal(shape, expected)) return 2;
  return equal([...shape, 1], expected) ? 1 : 0;
}

/**
 * Gives a column [N, …] the shape that its examples must have, also where a last axis of one is left out.
 * @throws SHAPE_MISMATCH naming the column, what it must be and what came
 */
export function withForm(
  column: HostArray,
  { name, shape, check }: ColumnForm,
  what: "input" | "target",
): HostArray {
  const given = column.shape.slice(1);
  const fit = shape === undefined ? 2 : fitOf(given, shape);
  if (fit > 0) {
    const formed = fit === 2 ? column : { ...column, shape: [...column.shape, 1] };
    check?.(formed);
    return formed;
  }
  throw new UnequalError(
    "SHAPE_MISMATCH",
    `The ${what} "${name}" must have examples of shape [${(shape ?? []).map((size) => size ?? "any").join(", ")}], but the dataset gives [${given.join(", ")}]. Change the data, or the model${what === "target" ? " or its loss" : ""}.`,
  );
}
