import type { Dataset } from "@unequal/core";

/** A dataset in a file of float32, each row an example: its class, then its features. */
export declare function openFileDataset(
  path: string,
  options: {
    readonly size: number;
    readonly features: number;
    readonly classes: number;
    readonly block: number;
    readonly kept: number;
  },
): Promise<Dataset & { readonly reads: () => number; readonly close: () => Promise<void> }>;
