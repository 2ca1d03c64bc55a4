import { existsSync } from "node:fs";
import type { EngineDescription } from "@unequal/core";
import type { EngineProblem, Trial } from "./engine-findings.js";
import type { EngineReport } from "./engine-report.js";

function adviseInstall(
  { packages }: EngineReport,
  { packages: needed = [], install = [`npm install ${needed.join(" ")}`] }: EngineDescription,
): string {
  const missing = needed.filter((each) => packages[each] === null);
  const commands = install.map((command) => `\`${command}\``);
  return `Not installed: ${missing.join(", ")}. Install with ${commands.join(", or, where its download fails, ")}.`;
}

/** What the engine's definition says, as far as it is for this machine and was not said by the engine itself. */
function adviseStart({ advice = [] }: EngineDescription, message: string): readonly string[] {
  return advice
    .filter(({ platform = process.platform }) => platform === process.platform)
    .filter(({ unless = [] }) => !unless.some((file) => existsSync(file)))
    .map(({ text }) => text)
    .filter((text) => !message.includes(text));
}

/** Who reads this has run `unequal doctor`: leaves out the clause or sentence that says to. */
function withoutReferral(message: string): string {
  return message
    .replace(/, [^.,`]*`unequal doctor`[^.]*/, "")
    .replace(/(?<=\.) [^.,`]*`unequal doctor`[^.]*\./, "");
}

function adviseProblem(
  { code, message, during, lastLines = [] }: EngineProblem,
  engine: EngineDescription,
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
        ...(during === "start" && code === "BACKEND_UNAVAILABLE"
          ? adviseStart(engine, message)
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
export function adviseEngine(report: EngineReport, engine: EngineDescription): readonly string[] {
  const { installed, problem, warnings, kernels, signals, training } = report;
  // a plugin's engine may find its package where this command does not
  if (!installed && problem !== undefined) return [adviseInstall(report, engine)];
  return [
    ...warnings,
    ...(problem === undefined ? [] : adviseProblem(problem, engine)),
    ...adviseTrials("Training of", kernels),
    ...adviseTrials("Computing the signal", signals),
    ...(training === undefined ? [] : adviseTrials("Importance-sampling", [training])),
  ];
}
