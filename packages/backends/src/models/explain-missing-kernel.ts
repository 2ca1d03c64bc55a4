import { UnequalError } from "@unequal/core";

const MISSING = /Kernel '(\w+)' not registered for backend '(\w+)'/;

/**
 * Runs a pass, and says what to do where the engine lacks a kernel for it.
 * @throws KERNEL_MISSING
 */
export function explainMissingKernel<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    const [, kernel, engine] = MISSING.exec(error instanceof Error ? error.message : "") ?? [];
    if (kernel === undefined) throw error;
    throw new UnequalError(
      "KERNEL_MISSING",
      `The model needs the kernel ${kernel}, which the engine "${engine}" does not have. Train it on another engine: the backend "cpu" has every kernel.`,
      { cause: error },
    );
  }
}
