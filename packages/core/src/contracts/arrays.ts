/** Holds one column of examples on the host, row-major; `shape[0]` is the number of rows. */
export interface HostArray {
  readonly data: Float32Array | Int32Array | Uint8Array;
  readonly shape: readonly number[];
  /** The type that the learner makes of it: integers for `int32`, else floating point. */
  readonly dtype: "float32" | "int32" | "bool";
}

/** Holds the inputs or targets of some examples: in the model's order, or by name. */
export type Columns = readonly HostArray[] | Readonly<Record<string, HostArray>>;

/** Holds B examples on the host; owned by whoever asked for it. */
export interface HostBatch {
  readonly size: number;
  readonly inputs: Columns;
  readonly targets: Columns;
  /** Sample weight × class weight of each example, [B]; absent means 1. Part of the example's loss. */
  readonly weights?: Float32Array;
}
