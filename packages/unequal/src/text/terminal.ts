/** Where a command writes to. */
export interface Output {
  readonly write: (text: string) => unknown;
  readonly isTTY?: boolean;
  /** Width of a terminal as it is now. */
  readonly columns?: number;
}

/** Hands a command what it may use of the process. */
export interface Terminal {
  readonly stdout: Output;
  readonly stderr: NodeJS.WritableStream & Output;
  /** Folder that paths are relative to. */
  readonly folder: string;
  /** Aborted when the user asks to end early; its reason names the signal. */
  readonly interruption: AbortSignal;
}
