import { UnequalError, type Dataset, type HostArray } from "@unequal/core";
import { classLabels } from "./class-labels.js";
import { hostColumn, type ColumnInput } from "./host-column.js";
import { takeRows } from "./take-rows.js";
import { weighClasses } from "./weigh-classes.js";

/** One column, several in the model's order, or several by name. */
export type ColumnsInput =
  ColumnInput | readonly ColumnInput[] | Readonly<Record<string, ColumnInput>>;

/** Options of {@link arrays}. */
export interface ArraysOptions {
  readonly name?: string;
  /** Weight of each example, [N], finite and ≥ 0: part of its loss. */
  readonly sampleWeight?: ColumnInput;
  /** Weight of each class, by class; absent classes weigh 1. */
  readonly classWeight?: Readonly<Record<number, number>>;
}

type HostColumns = readonly HostArray[] | Readonly<Record<string, HostArray>>;

/** Tells one column from a list or record of columns: a list of tensors, of typed arrays or of deep arrays. */
function isOne(input: ColumnsInput): input is ColumnInput {
  if (typeof input !== "object" || (input as unknown) === null || ArrayBuffer.isView(input))
    return true;
  if (!Array.isArray(input)) {
    const object = input as { dataSync?: unknown; data?: unknown; shape?: unknown };
    return typeof object.dataSync === "function" || ("data" in object && "shape" in object);
  }
  const [first] = input as readonly unknown[];
  return !(typeof first === "object" && first !== null && !Array.isArray(first));
}

function toColumns(input: ColumnsInput, what: string, rows?: number): HostColumns {
  if (isOne(input)) return [hostColumn(input, what, rows)];
  if (Array.isArray(input))
    return input.map((each: ColumnInput, at) => hostColumn(each, `${what}[${at}]`, rows));
  const named = Object.entries(input as Readonly<Record<string, ColumnInput>>);
  return Object.fromEntries(
    named.map(([name, each]) => [name, hostColumn(each, `${what}.${name}`, rows)]),
  );
}

function rowsOf(column: HostArray | undefined): number {
  return column?.shape[0] ?? 0;
}

function checkRows(columns: HostColumns, size: number, what: string): void {
  for (const [name, column] of Object.entries(columns)) {
    if (rowsOf(column) === size) continue;
    throw new UnequalError(
      "DATASET_INVALID",
      `Inputs and targets must have equally many rows, but the inputs have ${size} and ${what} ${name} has ${rowsOf(column)}. Check how they were made.`,
    );
  }
}

function sampleWeights(input: ColumnInput, size: number): Float32Array {
  const { data } = hostColumn(input, "sampleWeight", size);
  const bad = data.findIndex((weight) => !(Number.isFinite(weight) && weight >= 0));
  if (data.length !== size || bad >= 0) {
    const came = bad >= 0 ? `${data[bad]} at ${bad}` : `${data.length} of them`;
    throw new UnequalError(
      "DATASET_INVALID",
      `sampleWeight must hold ${size} finite numbers ≥ 0, but has ${came}.`,
    );
  }
  return Float32Array.from(data);
}

function takeColumns(columns: HostColumns, ids: Uint32Array): HostColumns {
  if (Array.isArray(columns))
    return (columns as readonly HostArray[]).map((column) => takeRows(column, ids));
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [name, takeRows(column, ids)]),
  );
}

/**
 * Makes a dataset of data in memory: tensors (copied once), typed arrays, `{ data, shape }` or nested
 * arrays; one column or several for inputs x and targets y. Rows are copied out, B at a time.
 *
 * `labels()` gives classes where there is one column of targets that are one-hot rows or whole numbers.
 *
 * @throws DATASET_INVALID, DATASET_EMPTY
 */
export function arrays(x: ColumnsInput, y: ColumnsInput, options: ArraysOptions = {}): Dataset {
  const firstTargets = Object.values(toColumns(y, "y"))[0];
  const inputs = toColumns(x, "x", rowsOf(firstTargets));
  const size = rowsOf(Object.values(inputs)[0]);
  const targets = toColumns(y, "y", size);
  if (size === 0)
    throw new UnequalError(
      "DATASET_EMPTY",
      "A dataset must hold at least one example, but x has no rows.",
    );
  checkRows(inputs, size, "input");
  checkRows(targets, size, "target");
  const [only, ...others] = Object.values<HostArray>(targets);
  const labels = only !== undefined && others.length === 0 ? classLabels(only) : undefined;
  const weights = options.sampleWeight && sampleWeights(options.sampleWeight, size);
  const dataset: Dataset = {
    ...(options.name !== undefined && { name: options.name }),
    size,
    fixed: true,
    take: (ids) => ({
      size: ids.length,
      inputs: takeColumns(inputs, ids),
      targets: takeColumns(targets, ids),
      ...(weights && { weights: Float32Array.from(ids, (id) => weights[id] ?? 1) }),
    }),
    labels: () => labels,
  };
  return options.classWeight ? weighClasses(dataset, options.classWeight) : dataset;
}
