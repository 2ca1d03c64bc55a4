/** Hands a command what it may use of the process. */
export interface Terminal {
  readonly stdout: { readonly write: (text: string) => unknown; readonly isTTY?: boolean };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** Folder that paths are relative to. */
  readonly folder: string;
  /** Aborted when the user asks to end early. */
  readonly interruption: AbortSignal;
}
