import { isUnequalError, systemClock, UnequalError } from "@unequal/core";
import { adviseEngine } from "../doctor/advise-engine.js";
import { checkInChild } from "../doctor/check-in-child.js";
import { doctorText, type AdvisedReport } from "../doctor/doctor-text.js";
import { engineReport } from "../doctor/engine-report.js";
import {
  loadEngines,
  type EnginesRequest,
  type LoadedEngines,
  type RegisteredEngine,
} from "../doctor/load-engines.js";
import type { Terminal } from "../text/terminal.js";
import { liveLineOf } from "../runs/show-reading.js";

/** What `unequal doctor` is asked for. */
export interface DoctorRequest extends EnginesRequest {
  /** The engines that must work; none: all that are registered are shown, and one must. */
  readonly engines: readonly string[];
  /** How long the check of one engine may take. */
  readonly seconds: number;
  readonly json: boolean;
  readonly verbose: boolean;
}

/** Those that are named, else all; `auto` comes last, since it only takes one of the others. */
function chosen(
  { registry, engines }: LoadedEngines,
  names: readonly string[],
): readonly RegisteredEngine[] {
  const unknown = names.find((name) => engines.every((engine) => engine.name !== name));
  // throws, naming the nearest
  if (unknown !== undefined) registry.part("backend", unknown);
  const wanted = engines.filter(({ name }) => names.length === 0 || names.includes(name));
  const isAuto = ({ name }: RegisteredEngine): boolean => name === "auto";
  return [...wanted.filter((engine) => !isAuto(engine)), ...wanted.filter(isAuto)];
}

async function examine(
  engine: RegisteredEngine,
  request: DoctorRequest,
  terminal: Terminal,
): Promise<AdvisedReport> {
  const { config, flags, seconds, verbose } = request;
  const { folder, interruption } = terminal;
  const plugins = (flags.plugins ?? []).filter((plugin) => typeof plugin === "string");
  const began = systemClock.now();
  const live = liveLineOf(terminal);
  live?.draw((width) => `checking ${engine.name}…`.slice(0, width));
  const checked = { engine: engine.name, config, plugins, seconds, folder, interruption };
  const { findings, stderr } = await checkInChild(checked);
  live?.clear();
  if (verbose) terminal.stderr.write(stderr);
  const report = engineReport(engine, findings, (systemClock.now() - began) / 1000);
  return { ...report, advice: adviseEngine(report, engine.engine) };
}

function checkOutcome(reports: readonly AdvisedReport[], names: readonly string[]): void {
  const failed = reports.filter(({ works }) => !works).map(({ name }) => name);
  if (names.length === 0 && failed.length < reports.length) return;
  if (failed.length === 0) return;
  throw new UnequalError(
    "BACKEND_UNAVAILABLE",
    names.length === 0
      ? "One engine must work here, but none does. Do what is listed for one of them."
      : `Every engine that is named must work here, but ${failed.join(", ")} does not. Do what is listed for it.`,
  );
}

/**
 * Checks the engines one after the other, each in a process of its own, and shows what works and what to do.
 * @throws UNKNOWN_NAME, BACKEND_UNAVAILABLE if none works or one that is named does not, and every coded error of the
 *   configuration and its plugins
 */
export async function doctor(terminal: Terminal, request: DoctorRequest): Promise<void> {
  const loaded = await loadEngines(terminal.folder, request);
  const reports: AdvisedReport[] = [];
  try {
    for (const engine of chosen(loaded, request.engines))
      reports.push(await examine(engine, request, terminal));
  } catch (error) {
    if (isUnequalError(error) || !terminal.interruption.aborted) throw error;
    return;
  }
  terminal.stdout.write(
    request.json ? `${JSON.stringify(reports, null, 2)}\n` : doctorText(reports),
  );
  checkOutcome(reports, request.engines);
}
