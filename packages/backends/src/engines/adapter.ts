/** What this package uses of WebGPU. */
export interface Gpu {
  readonly requestAdapter: (options: {
    readonly powerPreference: "high-performance" | "low-power";
  }) => Promise<Adapter | null>;
}

/** What WebGPU tells of a device. */
export interface AdapterInfo {
  readonly vendor?: string;
  readonly architecture?: string;
  readonly description?: string;
  readonly isFallbackAdapter?: boolean;
}

/** A device that WebGPU could run on. */
export interface Adapter {
  readonly info: AdapterInfo;
}
