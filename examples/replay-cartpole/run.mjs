/**
 * DQN on CartPole with three replays, five seeds each: node examples/replay-cartpole/run.mjs [steps]
 * Prints, for each seed, the mean return of the last 20 episodes, and when the mean of 20 first reached 195.
 */
import { setUpPart } from "@unequal/core";
import { wasm } from "@unequal/backends";
import { trainDqn } from "./dqn.mjs";

const REPLAYS = {
  uniform: { alpha: 0 },
  proportional: { variant: "proportional" },
  "rank-based": { variant: "rank" },
};
const SEEDS = [0, 1, 2, 3, 4];
const [WINDOW, GOOD] = [20, 195];
const steps = Number(process.argv[2] ?? 12_000);

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function summary(episodes) {
  const means = episodes.map((_, at) =>
    at + 1 < WINDOW ? 0 : mean(episodes.slice(at + 1 - WINDOW, at + 1).map(({ total }) => total)),
  );
  const reached = means.findIndex((each) => each >= GOOD);
  return { last: means.at(-1) ?? 0, reached: reached < 0 ? undefined : episodes[reached].step };
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

await setUpPart("backend", wasm()).start();
console.log(
  `DQN on CartPole-v1, ${steps} steps, mean return of the last ${WINDOW} episodes (step at which it first was ${GOOD})`,
);
console.log(["replay", ...SEEDS.map((seed) => `seed ${seed}`), "median"].join(" | "));
for (const [name, replay] of Object.entries(REPLAYS)) {
  const found = [];
  for (const seed of SEEDS) found.push(summary(await trainDqn({ replay, seed, steps })));
  const cells = found.map(({ last, reached }) => `${last.toFixed(0)} (${reached ?? "never"})`);
  const middle = median(found.map(({ last }) => last)).toFixed(0);
  const when = median(found.map(({ reached }) => reached ?? Infinity));
  console.log([name, ...cells, `${middle} (${when === Infinity ? "never" : when})`].join(" | "));
}
await engine.stop?.();
