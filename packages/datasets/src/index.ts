export { arrays, type ArraysOptions, type ColumnsInput } from "./arrays.js";
export { byId } from "./by-id.js";
export { datasetsPlugin } from "./datasets-plugin.js";
export type { ColumnInput, NestedNumbers, TensorLike } from "./host-column.js";
export { readIdx, type IdxArray } from "./idx.js";
export { mnist } from "./mnist.js";
export { rows, type Row, type RowsOptions, type TensorDataset } from "./rows.js";
export { slice, sliced, split } from "./slice.js";
export { weighClasses } from "./weigh-classes.js";
