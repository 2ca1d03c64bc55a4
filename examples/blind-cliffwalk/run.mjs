/** Prints and draws the updates needed against the number of states: node examples/blind-cliffwalk/run.mjs [seeds] */
import { writeFileSync } from "node:fs";
import { svgOfLines } from "../plot.mjs";
import { REPLAYS, updatesNeeded } from "./blind-cliffwalk.mjs";

const SIZES = [2, 4, 6, 8, 10, 12, 14, 16];
const seeds = Number(process.argv[2] ?? 10);
const names = Object.keys(REPLAYS);

/** The middle of an odd number of values, the mean of the two middle ones of an even number. */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

console.log(`updates until the mean squared error of Q is below 0.001, median of ${seeds} seeds`);
console.log(["states", "transitions", ...names].join(" | "));
const series = names.map((name) => ({ name, points: [] }));
for (const n of SIZES) {
  const medians = names.map((name) =>
    median(Array.from({ length: seeds }, (_, seed) => updatesNeeded(name, n, seed))),
  );
  medians.forEach((updates, at) => series[at].points.push([n, updates]));
  console.log([n, 2 ** (n + 1) - 2, ...medians].join(" | "));
}
const svg = await svgOfLines({
  title: "Blind Cliffwalk: updates until Q is known",
  x: { label: "states" },
  y: { label: "updates", log: true },
  series,
});
writeFileSync(new URL("blind-cliffwalk.svg", import.meta.url), svg);
