export * from "./parts.js";
export { arrays, type ArraysOptions, type ColumnsInput } from "./arrays.js";
export { checkArrived } from "./check-arrived.js";
export type { ColumnForm, DataForm } from "./column-form.js";
export { datasetsPlugin } from "./datasets-plugin.js";
export type { ColumnInput, NestedNumbers, TensorLike } from "./host-column.js";
export { readIdx, type IdxArray } from "./idx.js";
export {
  readRows,
  rows,
  type ReadRows,
  type Row,
  type RowsOptions,
  type TensorDataset,
} from "./rows.js";
export { slice, split } from "./slice.js";
export { weighClasses } from "./weigh-classes.js";
