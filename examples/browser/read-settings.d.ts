import type { Settings } from "./train.js";

/** Reads the page's address; throws where a setting is out of its range. */
export declare function readSettings(search: string): {
  readonly settings: Settings & { readonly backend: "auto" | "webgpu" | "wasm" | "cpu" };
  readonly unknown: readonly string[];
};
