import path from "node:path";
import type { EngineProblem, Trial } from "./engine-findings.js";
import { ENGINE_PACKAGES } from "./engine-packages.js";
import type { EngineReport } from "./engine-report.js";
import type { Vulkan } from "./vulkan.js";

function adviseVulkan({ loader, drivers }: Vulkan): readonly string[] {
  return [
    ...(loader ? [] : ["The Vulkan loader is missing: `apt-get install libvulkan1`."]),
    drivers.length === 0
      ? "No Vulkan driver is installed: install the GPU's own, or, for a device made of software, which is slow, `apt-get install mesa-vulkan-drivers`."
      : `Vulkan drivers are installed (${drivers.map((file) => path.basename(file)).join(", ")}): if none finds a device that WebGPU can use, install the GPU's own, or name another in VK_ICD_FILENAMES.`,
  ];
}

function adviseInstall({ name, packages }: EngineReport): string {
  const missing = Object.keys(packages).filter((each) => packages[each] === null);
  const commands = ENGINE_PACKAGES[name]?.install.map((command) => `\`${command}\``) ?? [];
  return `Not installed: ${missing.join(", ")}. Install with ${commands.join(", or, where its download fails, ")}.`;
}

/** Who reads this has run `unequal doctor`: leaves out the clause or sentence that says to. */
function withoutReferral(message: string): string {
  return message
    .replace(/, [^.,`]*`unequal doctor`[^.]*/, "")
    .replace(/(?<=\.) [^.,`]*`unequal doctor`[^.]*\./, "");
}

function adviseProblem(
  { code, message, during, lastLines = [] }: EngineProblem,
  setup: string | undefined,
): readonly string[] {
  const last = lastLines.length === 0 ? "" : ` It wrote: ${lastLines.join(" | ")}`;
  const what = during === "start" ? "starting" : during;
  switch (code) {
    case "TIME_LIMIT":
      return [`It ${message}, at: ${what}. If it is only slow, give it more with --time-limit.`];
    case "LINGERS":
      return [`It works, but ${message}: what it starts must not (in Node: unref()).`];
    case "CRASHED":
    case "EXITED":
      return [`At ${what}, ${message}.${last}`];
    default:
      return [
        `At ${what}: ${code} ${withoutReferral(message)}`,
        ...(during === "start" && setup !== undefined
          ? [`If its native library is missing or broken: \`${setup}\`.`]
          : []),
      ];
  }
}

function reasonOf({ missing, code, message }: Trial): string {
  return missing === undefined
    ? `: ${code} ${message}`
    : `, since the engine has no kernel ${missing}: train such models on another, "cpu" has every kernel.`;
}

/** One sentence for each reason. */
function adviseTrials(what: string, trials: readonly Trial[]): readonly string[] {
  const reasons = new Map<string, string[]>();
  for (const trial of trials.filter(({ works }) => !works)) {
    const reason = reasonOf(trial);
    reasons.set(reason, [...(reasons.get(reason) ?? []), trial.name]);
  }
  return [...reasons].map(([reason, names]) => `${what} ${names.join(", ")} fails${reason}`);
}

/** Says what to do about an engine that does not work, or not wholly; nothing about one that does. */
export function adviseEngine(report: EngineReport, vulkan: Vulkan | undefined): readonly string[] {
  const { name, installed, problem, warnings, kernels, signals, training } = report;
  if (!installed) return [adviseInstall(report)];
  const noDevice =
    name === "webgpu" && problem?.code === "BACKEND_UNAVAILABLE" && problem.during === "start";
  return [
    ...warnings,
    ...(problem === undefined ? [] : adviseProblem(problem, ENGINE_PACKAGES[name]?.setup)),
    ...(noDevice && vulkan !== undefined ? adviseVulkan(vulkan) : []),
    ...adviseTrials("Training of", kernels),
    ...adviseTrials("Computing the signal", signals),
    ...(training === undefined ? [] : adviseTrials("Importance-sampling", [training])),
  ];
}
