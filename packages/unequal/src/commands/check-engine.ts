import { checkEngine as check } from "../doctor/check-engine.js";
import { findingsLine } from "../doctor/findings-line.js";
import { loadEngines, type EnginesRequest } from "../doctor/load-engines.js";
import type { Terminal } from "../text/terminal.js";

/** What the hidden `unequal check-engine` is asked for. */
export interface CheckEngineRequest extends EnginesRequest {
  readonly engine: string;
}

/**
 * Checks one engine in this process, for `unequal doctor`, and writes what it finds to stdout as it goes.
 * @throws every coded error of the configuration and its plugins
 */
export async function checkEngine(terminal: Terminal, request: CheckEngineRequest): Promise<void> {
  const { registry, specOf } = await loadEngines(terminal.folder, request);
  await check(specOf(request.engine), registry, (findings) =>
    terminal.stdout.write(findingsLine(findings)),
  );
}
