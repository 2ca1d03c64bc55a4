import { setupTensorFlow, type SetupRequest } from "./setup-tensorflow.js";

/** Where a setup writes to. */
export interface SetupOutput {
  readonly stdout: { readonly write: (text: string) => unknown };
  readonly stderr: { readonly write: (text: string) => unknown };
  /** Whether the last line of stdout is the result as a JSON object, and all else goes to stderr. */
  readonly json: boolean;
}

/** Sets an engine up, and writes what it does as it goes. @throws SetupError */
export async function printSetup(
  request: Omit<SetupRequest, "onProgress" | "onWarning">,
  { stdout, stderr, json }: SetupOutput,
): Promise<void> {
  const result = await setupTensorFlow({
    ...request,
    onProgress: (line) => (json ? stderr : stdout).write(`${line}\n`),
    onWarning: (line) => stderr.write(`Warning: ${line}\n`),
  });
  if (json) stdout.write(`${JSON.stringify(result)}\n`);
}
