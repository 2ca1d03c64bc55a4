import type { Reporter } from "@unequal/core";
import { barText, type BarField } from "./bar-text.js";
import type { LiveLine } from "./live-line.js";
import { statusText, type RunLimits, type RunStatus } from "./status-text.js";
import { trackRun } from "./track-run.js";

function fieldsOf(status: RunStatus): readonly BarField[] {
  const { step, loss, tau, importance, rate, speed, left } = status;
  return [
    { text: `step ${step}`, rank: 2 },
    { text: `loss ${loss}`, rank: 1 },
    { text: `tau ${tau}`, rank: 4 },
    { text: `importance ${importance}`, rank: 3 },
    { text: rate && `rate ${rate}`, rank: 6 },
    { text: `${speed} examples/s`, rank: 5 },
    { text: `${left} left`, rank: 0 },
  ];
}

/** Shows a run as a bar on a terminal, as wide as it is at the moment, and cleared at the end. */
export function progressBar(line: LiveLine, limits: RunLimits): Reporter {
  const text = barText();
  return {
    attach: (events) => {
      const { figures } = trackRun(events);
      const draw = (): void =>
        line.draw((width) => {
          const status = statusText(figures(), limits);
          return text(status.fraction, fieldsOf(status), width);
        });
      events.on("run:start", draw);
      events.on("step:end", draw);
      events.on("run:end", line.clear);
    },
    close: line.clear,
  };
}
