import type { Dataset, HostBatch } from "@unequal/core";
import { shareRows } from "./share-rows.js";

/** How a thread comes by examples. */
export type DatasetCopy =
  /** All of them, in shared memory. */
  | { readonly kind: "shared"; readonly whole: HostBatch }
  /** From a dataset of its own. */
  | {
      readonly kind: "portable";
      readonly module: string;
      readonly data: unknown;
      readonly size: number;
    }
  /** From the host, with each request. */
  | { readonly kind: "sent" };

/**
 * Chooses how a thread comes by examples. What is fixed goes into shared memory, even where it is portable too: a wrapper
 * made by spreading may have kept the `portable` of what it wraps.
 */
export async function copyDataset(dataset: Dataset): Promise<DatasetCopy> {
  const { fixed, portable, size } = dataset;
  const whole = fixed === true ? await shareRows(dataset) : undefined;
  if (whole !== undefined) return { kind: "shared", whole };
  if (portable === undefined) return { kind: "sent" };
  return { kind: "portable", module: portable.module, data: portable.data, size };
}
