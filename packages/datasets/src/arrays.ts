import { UnequalError, validateOptions, type Dataset, type HostArray } from "@unequal/core";
import { z } from "zod";
import { checkArrived } from "./check-arrived.js";
import { classLabels } from "./class-labels.js";
import { withForm, type ColumnForm, type DataForm } from "./column-form.js";
import { hostColumn, type ColumnInput } from "./host-column.js";
import { isColumnList, isColumnRecord, pickColumns } from "./pick-columns.js";
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
  /** What the model takes: columns are picked by it, in the model's order, and checked; absent: taken as they come. */
  readonly form?: DataForm;
}

const schema = z.strictObject({
  name: z.string().optional(),
  sampleWeight: z.unknown().optional(),
  classWeight: z.unknown().optional(),
  form: z.unknown().optional(),
});

type HostColumns = readonly HostArray[] | Readonly<Record<string, HostArray>>;

/** The inputs or targets of a data set, as they were given. */
interface Given {
  readonly input: ColumnsInput;
  /** What a user calls them. */
  readonly name: "x" | "y";
  readonly forms: readonly ColumnForm[] | undefined;
}

function byForm(
  { input, name }: Given,
  forms: readonly ColumnForm[],
  rows: number | undefined,
): HostColumns {
  const what = name === "x" ? "input" : "target";
  const picked = pickColumns(input, forms, { name, what }) as readonly ColumnInput[];
  const label = (at: number): string => {
    if (picked.length === 1) return name;
    return Array.isArray(input) ? `${name}[${at}]` : `${name}.${forms[at]?.name ?? at}`;
  };
  return picked.map((each, at) => hostColumn(each, label(at), rows));
}

function toColumns(given: Given, rows?: number): HostColumns {
  const { input, name, forms } = given;
  if (forms !== undefined) return byForm(given, forms, rows);
  checkArrived(input, name);
  if (isColumnList(input))
    return input.map((each, at) => hostColumn(each as ColumnInput, `${name}[${at}]`, rows));
  if (!isColumnRecord(input)) return [hostColumn(input, name, rows)];
  const named = Object.entries(input as Readonly<Record<string, ColumnInput>>);
  return Object.fromEntries(
    named.map(([key, each]) => [key, hostColumn(each, `${name}.${key}`, rows)]),
  );
}

/** Gives columns the shapes of the model's, and checks what they hold. */
function formed(columns: HostColumns, { name, forms }: Given): HostColumns {
  if (forms === undefined) return columns;
  const what = name === "x" ? "input" : "target";
  return forms.map((form, at) =>
    withForm((columns as readonly HostArray[])[at] as HostArray, form, what),
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
  if (data.every((weight) => weight === 0)) {
    throw new UnequalError(
      "DATASET_INVALID",
      "sampleWeight must hold a number > 0, but all are 0: no example would count. Leave it out, or weigh some.",
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
 * `labels()` gives classes where there is one column of targets that are one-hot rows, smoothed or not, or whole numbers.
 *
 * @throws DATASET_INVALID, DATASET_EMPTY, OPTION_INVALID; SHAPE_MISMATCH if they do not fit the `form`
 */
export function arrays(x: ColumnsInput, y: ColumnsInput, options: ArraysOptions = {}): Dataset {
  validateOptions("arrays", schema, options);
  const { inputs: inputForms, targets: targetForms } = options.form ?? {};
  const given = {
    x: { input: x, name: "x", forms: inputForms },
    y: { input: y, name: "y", forms: targetForms },
  } as const;
  const firstTargets = Object.values(toColumns(given.y))[0];
  const unformed = toColumns(given.x, rowsOf(firstTargets));
  const size = rowsOf(Object.values(unformed)[0]);
  if (size === 0)
    throw new UnequalError(
      "DATASET_EMPTY",
      "A dataset must hold at least one example, but x has no rows.",
    );
  const aims = toColumns(given.y, size);
  checkRows(unformed, size, "input");
  checkRows(aims, size, "target");
  const inputs = formed(unformed, given.x);
  const targets = formed(aims, given.y);
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
