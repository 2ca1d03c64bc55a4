import { UnequalError } from "@unequal/core";
import { fitOf, type ColumnForm, type DataForm, type Fit } from "./column-form.js";
import type { Element, Parts } from "./row-parts.js";

/** How one column fits: as that of a row, and as that of a batch of rows. */
interface Fits {
  readonly row: Fit;
  readonly batch: Fit;
}

function fitsOf(parts: Parts, forms: readonly ColumnForm[]): readonly Fits[] {
  return forms.flatMap(({ shape }, at) => {
    const given = parts[at]?.column.shape;
    if (given === undefined || shape === undefined) return [];
    const batch = given.length === 0 ? 0 : fitOf(given.slice(1), shape);
    return [{ row: fitOf(given, shape), batch }];
  });
}

/** Counts how well all columns fit, 0 if one does not. */
function total(fits: readonly Fits[], as: keyof Fits): number {
  return fits.every((each) => each[as] > 0) ? fits.reduce((sum, each) => sum + each[as], 0) : 0;
}

function hasBatchRank(parts: Parts, forms: readonly ColumnForm[]): boolean {
  return forms.some(
    ({ shape }, at) => parts[at]?.column.shape.length === (shape?.length ?? NaN) + 1,
  );
}

function checkEqual({ xs, ys, weights }: Element, at: number): void {
  const columns = [...[...xs, ...ys].map(({ column }) => column), ...(weights ? [weights] : [])];
  const sizes = new Set(columns.map(({ shape }) => shape[0]));
  if (sizes.size === 1 && !sizes.has(undefined)) return;
  throw new UnequalError(
    "DATASET_INVALID",
    `Element ${at} of the stream is a batch, so its columns must have equally many rows, but have ${[...sizes].map((size) => size ?? "none").join(" and ")}. Check how it was batched.`,
  );
}

/**
 * Tells a batch of rows from a row: each column is compared with its own input or target, and the form that all of
 * them fit is taken, the better one if both do, or that of the elements before where they fit alike.
 *
 * @throws DATASET_INVALID if the columns of a batch have different numbers of rows
 */
export function isBatch(
  element: Element,
  form: DataForm | undefined,
  { at, before }: { readonly at: number; readonly before: boolean | undefined },
): boolean {
  if (form === undefined) return false;
  const { inputs, targets = [] } = form;
  const fits = [...fitsOf(element.xs, inputs), ...fitsOf(element.ys, targets)];
  const [row, batch] = [total(fits, "row"), total(fits, "batch")];
  const neither = row === 0 && batch === 0;
  const both = row > 0 && batch > 0;
  const better = neither ? hasBatchRank(element.xs, inputs) : batch > row;
  const found = both && before !== undefined ? before : better;
  if (found) checkEqual(element, at);
  return found;
}
