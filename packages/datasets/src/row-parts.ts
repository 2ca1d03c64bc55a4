import { UnequalError, type HostArray } from "@unequal/core";
import type { ColumnForm, DataForm } from "./column-form.js";
import { hostColumn, type ColumnInput } from "./host-column.js";
import { isColumnList, isColumnRecord, pickColumns } from "./pick-columns.js";

/** One column of a row or of a batch of them. */
interface Part {
  /** That of an input or output, which several may share: places tell them apart. */
  readonly name: string;
  readonly column: HostArray;
}

/** Columns of a row or of a batch of them: in the model's order, or where that is not known by name. */
export type Parts = readonly Part[];

/** An element of a stream on the host: a row, or a batch of rows. */
export interface Element {
  readonly xs: Parts;
  readonly ys: Parts;
  /** The weight of the row, [], or of each row of a batch, [b]. */
  readonly weights: HostArray | undefined;
}

/** The name of a column that has none: the only one. */
export const ONLY = "value";

const WEIGHTS = "sampleWeights";

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function toHost(value: unknown, what: string): HostArray {
  if (typeof value === "number" || typeof value === "boolean") {
    return { data: Float32Array.of(Number(value)), shape: [], dtype: "float32" };
  }
  if (ArrayBuffer.isView(value) && !("dataSync" in value)) {
    const { length } = value as Float32Array;
    return hostColumn({ data: value as Float32Array, shape: [length] }, what);
  }
  return hostColumn(value as ColumnInput, what);
}

/** Names the columns of one part; without forms a list gets its places as names. */
function named(
  part: unknown,
  forms: readonly ColumnForm[] | undefined,
  { name, what }: { readonly name: string; readonly what: "input" | "target" },
): readonly (readonly [string, unknown])[] {
  if (forms !== undefined) {
    const values = pickColumns(part, forms, { name, what });
    return forms.map((form, at) => [form.name, values[at]]);
  }
  if (isColumnList(part)) return part.map((each, at) => [String(at), each]);
  if (!isColumnRecord(part)) return [[ONLY, part]];
  return Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1));
}

function toParts(columns: readonly (readonly [string, unknown])[], what: string): Parts {
  return columns.map(([name, value]) => ({ name, column: toHost(value, `${what} ${name}`) }));
}

/** A name that means weights, but is not the one that is read, would be ignored. */
function checkNames(element: object, at: number): void {
  const wrong = Object.keys(element).find((key) => /weight/i.test(key) && key !== WEIGHTS);
  if (wrong === undefined) return;
  throw new UnequalError(
    "DATASET_INVALID",
    `Element ${at} of the stream holds "${wrong}", but weights are read from "${WEIGHTS}". Rename it, or give [x, y, w].`,
  );
}

function invalid(at: number, lack: string): UnequalError {
  return new UnequalError(
    "DATASET_INVALID",
    `Element ${at} of the stream must be { xs, ys } or [x, y], with ${WEIGHTS} or w if examples have weights, but ${lack}. Map the stream to that.`,
  );
}

/** Takes an element apart. @throws DATASET_INVALID, SHAPE_MISMATCH naming the element */
export function rowParts(element: unknown, at: number, form: DataForm | undefined): Element {
  const row = (isObject(element) ? element : {}) as Partial<Record<string, unknown>>;
  if (!Array.isArray(row)) checkNames(row, at);
  const list: readonly unknown[] = Array.isArray(row) ? row : [row.xs, row.ys, row[WEIGHTS]];
  if (list.length > 3) throw invalid(at, `holds ${list.length} parts`);
  const [x, y, w] = list;
  if (x === undefined || x === null) throw invalid(at, "has no inputs");
  if (y === undefined || y === null) throw invalid(at, "has no targets");
  const [xsName, ysName] = [`row ${at}: xs`, `row ${at}: ys`];
  const weighted = w !== undefined && w !== null;
  return {
    xs: toParts(named(x, form?.inputs, { name: xsName, what: "input" }), xsName),
    ys: toParts(named(y, form?.targets, { name: ysName, what: "target" }), ysName),
    weights: weighted ? toHost(w, `row ${at}: ${WEIGHTS}`) : undefined,
  };
}
