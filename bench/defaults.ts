/**
 * What the command's defaults gain: `unequal train` against `unequal train --sampler uniform`, for equal training time; both for every
 * seed, one after the other, which comes first changing from seed to seed.
 *
 *   npm run build:quiet && node --import tsx bench/defaults.ts [mlp|cnn] [seconds, 60] [seeds, 3]
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const [model = "mlp", seconds = "60", seeds = "3"] = process.argv.slice(2);
const ARMS = { uniform: ["--sampler", "uniform"], defaults: [] };
type ArmName = keyof typeof ARMS;

interface Outcome {
  readonly steps: number;
  readonly trainLoss: number;
  readonly testError: number;
}

async function train(arm: ArmName, seed: number): Promise<Outcome> {
  const flags = ["--model", model, "--max-time", `${seconds}s`, "--seed", String(seed), "--json"];
  const { stdout } = await promisify(execFile)("npx", ["unequal", "train", ...ARMS[arm], ...flags]);
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Outcome;
}

console.log(`unequal train --model ${model} --max-time ${seconds}s\n`);
console.log("| seed | arm | steps | training loss | over uniform's | test error |");
console.log("| --- | --- | --- | --- | --- | --- |");
const all: Record<ArmName, Outcome>[] = [];
for (let seed = 0; seed < Number(seeds); seed++) {
  const names: ArmName[] = seed % 2 === 0 ? ["uniform", "defaults"] : ["defaults", "uniform"];
  const outcomes: Partial<Record<ArmName, Outcome>> = {};
  for (const arm of names) outcomes[arm] = await train(arm, seed);
  const { uniform, defaults } = outcomes as Record<ArmName, Outcome>;
  all.push({ uniform, defaults });
  for (const [arm, { steps, trainLoss, testError }] of Object.entries({ uniform, defaults })) {
    const ratio = (trainLoss / uniform.trainLoss).toFixed(3);
    const cells = [seed, arm, steps, trainLoss.toExponential(2), ratio];
    console.log(`| ${[...cells, `${(100 * testError).toFixed(2)} %`].join(" | ")} |`);
  }
}
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const ratios = all.map(({ uniform, defaults }) => Math.log(defaults.trainLoss / uniform.trainLoss));
console.log(`\ntraining loss over uniform's, geometric mean: ${Math.exp(mean(ratios)).toFixed(3)}`);
for (const arm of Object.keys(ARMS) as ArmName[])
  console.log(
    `test error, mean, ${arm}: ${(100 * mean(all.map((each) => each[arm].testError))).toFixed(2)} %`,
  );
