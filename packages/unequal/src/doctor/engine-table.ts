import { numberText } from "../reporters/number-text.js";
import type { Trial } from "./engine-findings.js";
import type { EngineReport } from "./engine-report.js";
import { wrapText } from "../text/wrap-text.js";

const WIDTH = 100;
const GAP = "  ";
const HEADINGS = ["engine", "installed", "starts", "kernels", "signals", "ms/step", "runs on"];
const GIB = 2 ** 30;

function countText(trials: readonly Trial[]): string {
  if (trials.length === 0) return "–";
  return `${trials.filter(({ works }) => works).length} of ${trials.length}`;
}

/** The version of the first package, which is the one that an engine is known by. */
function installedText({ packages, installed }: EngineReport): string {
  if (!installed) return "no";
  return Object.values(packages)[0] ?? "plugin";
}

function trainingText({ training }: EngineReport): string {
  if (training === undefined) return "–";
  return training.works ? numberText(training.millisecondsPerStep) : "fails";
}

function gibibytes(bytes: number): string {
  return `${(bytes / GIB).toFixed(1)} GiB`;
}

function deviceText({ device, largestTensor, memory }: EngineReport): string {
  if (device === undefined) return "–";
  const size =
    largestTensor !== undefined
      ? `, tensors up to ${gibibytes(largestTensor)}`
      : memory === null
        ? ""
        : `, ${gibibytes(memory)}`;
  return `${device}${size}`;
}

function cellsOf(report: EngineReport): readonly string[] {
  return [
    report.name,
    installedText(report),
    report.starts ? "yes" : "no",
    countText(report.kernels),
    countText(report.signals),
    trainingText(report),
    deviceText(report),
  ];
}

/** Draws engines as an aligned table of at most 100 columns; what is too long for its last column goes on below. */
export function engineTable(reports: readonly EngineReport[]): readonly string[] {
  const rows = [HEADINGS, ...reports.map(cellsOf)];
  const widths = HEADINGS.slice(0, -1).map((_, at) =>
    Math.max(...rows.map((row) => row[at]?.length ?? 0)),
  );
  const indent = widths.reduce((sum, width) => sum + width + GAP.length, 0);
  return rows.flatMap((row) => {
    const left = widths.map((width, at) => (row[at] ?? "").padEnd(width) + GAP).join("");
    return wrapText(row.at(-1) ?? "", WIDTH - indent).map((line, at) =>
      (at === 0 ? `${left}${line}` : `${" ".repeat(indent)}${line}`).trimEnd(),
    );
  });
}
