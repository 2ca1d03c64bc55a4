/** Names what went wrong. */
export type WasmTrainingErrorCode =
  "BACKEND_UNAVAILABLE" | "DISPOSED" | "KERNEL_INPUT_INVALID" | "KERNEL_MISSING";

const BRAND = Symbol.for("unequal.error");

/**
 * Reports a fault of an operation's input, or of the engine, under a stable code. The message says what must hold, what
 * came, and what to do.
 *
 * The brand is that of all errors of Unequal: `isUnequalError` of `@unequal/core`, which this package does without,
 * knows them by it.
 */
export class WasmTrainingError extends Error {
  readonly code: WasmTrainingErrorCode;
  readonly [BRAND] = true;

  constructor(code: WasmTrainingErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "WasmTrainingError";
    this.code = code;
  }
}
