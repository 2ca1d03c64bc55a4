import type { Clock, Plain, Reporter } from "@unequal/core";
import { numberText } from "./number-text.js";
import { statusText, type RunLimits, type RunStatus } from "./status-text.js";
import { timeText } from "./time-text.js";
import { trackRun } from "./track-run.js";

const INTERVAL = 5000;

function figureText(figures: Readonly<Record<string, Plain>>): string {
  const shown = ["tau", "gain", "threshold"].flatMap((name) => {
    const value = figures[name];
    return typeof value === "number" ? [`${name} ${numberText(value)}`] : [];
  });
  return shown.length === 0 ? "" : ` (${shown.join(", ")})`;
}

function lineOf({ step, loss, tau, importance, rate, speed, left }: RunStatus): string {
  const fields = [
    `step ${step}`,
    `loss ${loss}`,
    `tau ${tau}`,
    `importance ${importance}`,
    ...(rate ? [`rate ${rate}`] : []),
    `${speed} examples/s`,
    `${left} left`,
  ];
  return fields.join(" | ");
}

/** Tells of a run in lines, where there is no terminal: one every five seconds and one at each switch. */
export function plainLines(
  write: (line: string) => void,
  limits: RunLimits & { readonly clock: Clock },
): Reporter {
  const { clock } = limits;
  return {
    attach: (events) => {
      const { figures } = trackRun(events);
      let told = clock.now();
      events.on("schedule:switched", ({ step, seconds, importance, figures: why }) =>
        write(
          `step ${step.toLocaleString("en-US")} | ${timeText(seconds)} | importance ${importance ? "on" : "off"}${figureText(why)}`,
        ),
      );
      events.on("step:end", () => {
        if (clock.now() - told < INTERVAL) return;
        told = clock.now();
        write(lineOf(statusText(figures(), limits)));
      });
    },
    close: () => undefined,
  };
}
