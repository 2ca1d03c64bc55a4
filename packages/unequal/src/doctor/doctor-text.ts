import { engineTable } from "./engine-table.js";
import type { EngineReport } from "./engine-report.js";
import { wrapText } from "../text/wrap-text.js";

const WIDTH = 100;

/** A report with what to do about it. */
export interface AdvisedReport extends EngineReport {
  readonly advice: readonly string[];
}

function autoText({ notes, problem }: EngineReport): readonly string[] {
  const text = problem === undefined ? notes.join(" ") : `backend "auto": ${problem.message}`;
  return ["", ...wrapText(text, WIDTH)];
}

function adviceText(reports: readonly AdvisedReport[]): readonly string[] {
  const lines = reports.flatMap(({ name, advice }) =>
    advice.flatMap((text) =>
      wrapText(`${name}: ${text}`, WIDTH - 4).map((line, at) => `${at === 0 ? "- " : "  "}${line}`),
    ),
  );
  return lines.length === 0 ? [] : ["", "What to do:", ...lines];
}

/** Writes reports for people: the table, which engine `auto` takes, and what to do. */
export function doctorText(reports: readonly AdvisedReport[]): string {
  const engines = reports.filter(({ name }) => name !== "auto");
  const lines = [
    ...(engines.length === 0 ? [] : engineTable(engines)),
    ...reports.filter(({ name }) => name === "auto").flatMap(autoText),
    ...adviceText(engines),
  ];
  return `${lines.join("\n").trimStart()}\n`;
}
