/** Says what keeps a binding from being built: what must hold, what came, and what to do. */
export class SetupError extends Error {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = "SetupError";
  }
}

/** Ends the setup. @throws SetupError */
export function setupFailed(message: string, cause?: unknown): never {
  throw new SetupError(message, { cause });
}
