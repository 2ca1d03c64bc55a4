import type { Reporter } from "@unequal/core";
import { Presets, SingleBar } from "cli-progress";
import { statusText, type RunLimits } from "./status-text.js";
import { trackRun } from "./track-run.js";

const FORMAT =
  "{bar} {percentage}% | step {step} | loss {loss} | tau {tau} | importance {importance} | {rate} examples/s | {left} left";
const RESOLUTION = 1000;

/** Shows a run as a bar on a terminal, redrawn in place and cleared at the end. */
export function progressBar(stream: NodeJS.WritableStream, limits: RunLimits): Reporter {
  const bar = new SingleBar(
    {
      stream,
      format: FORMAT,
      barsize: 20,
      fps: 5,
      clearOnComplete: true,
      // The command ends a run on SIGINT itself; the bar's own handler would only leave half a line behind.
      gracefulExit: false,
      stopOnComplete: false,
    },
    Presets.shades_classic,
  );
  return {
    attach: (events) => {
      const figures = trackRun(events);
      const status = () => statusText(figures(), limits);
      events.on("run:start", () => bar.start(RESOLUTION, 0, status()));
      events.on("step:end", () => {
        const now = status();
        bar.update(Math.round(RESOLUTION * now.fraction), now);
      });
      events.on("run:end", () => bar.stop());
    },
    close: () => bar.stop(),
  };
}
