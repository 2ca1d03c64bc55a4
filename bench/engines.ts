/**
 * What training costs on each engine: a step, and an importance step through our trainer (PyTorch's is written
 * by hand), on six models, batch 64, Adam. Every engine is a process of its own; in a round each makes one pass
 * that is not timed and one that is, in a random order. A ratio is the median of the rounds' ratios.
 *
 *   bench/engines.ts [rounds, 50] [models, such as mlp,lstm] [engines, such as ours,stock,torch]
 *
 * The first engine is compared with the others. Engines: ours (wasm with our kernels), stock (wasm as shipped),
 * tensorflow, tensorflow-gpu, webgpu, cpu, torch; all but cpu unless said, and those for GPUs only where they find
 * one. PyTorch is that of python3 or of the interpreter UNEQUAL_PYTHON. What does not start is left out; an engine
 * whose warm-up step takes more than 2 s is timed in 3 rounds at most.
 */
import { createRandom } from "@unequal/core";
import { startEngine, type EngineProcess } from "./engines/engine-process.js";
import {
  ENGINES,
  MODELS,
  WARM_UPS,
  type EngineName,
  type ModelName,
  type Pass,
} from "./engines/protocol.js";
import { pairedRatio, report } from "./measure.js";

const SLOW_ROUNDS = 3;

const LABELS: Readonly<Record<EngineName, string>> = {
  ours: "ours",
  stock: "stock wasm",
  tensorflow: "tensorflow",
  "tensorflow-gpu": "tensorflow-gpu",
  webgpu: "webgpu",
  cpu: "cpu",
  torch: "PyTorch",
};

interface Arm {
  readonly engine: EngineProcess;
  readonly pass: Pass;
  readonly rounds: number;
  readonly times: number[];
}

function chosen<T extends string>(all: readonly T[], argument: string | undefined): readonly T[] {
  const names = argument?.split(",") ?? all;
  const unknown = names.find((name) => !(all as readonly string[]).includes(name));
  if (unknown !== undefined) throw new Error(`"${unknown}" is none of ${all.join(", ")}.`);
  return names as readonly T[];
}

/** An engine made for GPUs that found none is slow, or is another one again. */
function isIdle({ name, hardware }: EngineProcess): boolean {
  return (name === "webgpu" || name === "tensorflow-gpu") && hardware === "cpu";
}

async function startAll(
  names: readonly EngineName[],
  asked: boolean,
): Promise<readonly EngineProcess[]> {
  const started: EngineProcess[] = [];
  for (const name of names) {
    const engine = await startEngine(name);
    if ("absent" in engine) {
      console.log(`${LABELS[name]}: left out. ${engine.absent}`);
    } else if (isIdle(engine) && !asked) {
      console.log(`${LABELS[name]}: left out, since it found no GPU (${engine.version})`);
      engine.end();
    } else {
      console.log(`${LABELS[name]}: ${engine.version}`);
      started.push(engine);
    }
  }
  return started;
}

/** Loads a model on every engine and makes the arms of those that train it. */
async function load(model: ModelName, engines: readonly EngineProcess[], rounds: number) {
  const arms: Arm[] = [];
  const losses: string[] = [];
  for (const engine of engines) {
    const label = LABELS[engine.name];
    const loaded = await engine.load(model);
    if ("missing" in loaded) {
      console.log(`  ${label}: cannot train, no kernel ${loaded.missing}`);
      continue;
    }
    const slow = loaded.warmUps < WARM_UPS;
    if (slow) console.log(`  ${label}: slow, so at most ${SLOW_ROUNDS} rounds`);
    else losses.push(`${label} ${loaded.loss.toFixed(4)}`);
    for (const pass of ["step", "importance"] as const)
      arms.push({
        engine,
        pass,
        rounds: slow ? Math.min(rounds, SLOW_ROUNDS) : rounds,
        times: [],
      });
  }
  if (losses.length > 0) console.log(`  loss after the warm-up: ${losses.join(", ")}`);
  return arms;
}

async function timeAll(arms: readonly Arm[], rounds: number): Promise<void> {
  const random = createRandom("order of arms");
  for (let round = 0; round < rounds; round++) {
    const present = arms.filter((arm) => round < arm.rounds);
    for (const at of random.shuffle(Uint32Array.from(present.keys()))) {
      const arm = present[at] as Arm;
      arm.times.push(await arm.engine.time(arm.pass));
    }
  }
}

/** Compares two arms in the rounds that both were timed in. */
function reportRatio(title: string, ours: Arm, theirs: Arm): void {
  const rounds = Math.min(ours.times.length, theirs.times.length);
  report(title, pairedRatio(ours.times.slice(0, rounds), theirs.times.slice(0, rounds)));
}

async function measure(model: ModelName, engines: readonly EngineProcess[], rounds: number) {
  console.log(model);
  const arms = await load(model, engines, rounds);
  const first = arms.find(({ engine }) => engine === engines[0]);
  if (first !== undefined && model === "cnn") arms.push({ ...first, pass: "forward", times: [] });
  await timeAll(arms, rounds);
  const armOf = (engine: EngineProcess, pass: Pass) =>
    arms.find((arm) => arm.engine === engine && arm.pass === pass);
  for (const engine of engines) {
    const label = LABELS[engine.name];
    const [step, importance, forward] = (["step", "importance", "forward"] as const).map((pass) =>
      armOf(engine, pass),
    );
    if (step === undefined || importance === undefined) continue;
    if (first !== undefined && step !== first) {
      const over = `  ${LABELS[first.engine.name]} / ${label}`;
      reportRatio(`${over}, step`, first, step);
      reportRatio(`${over}, importance step`, armOf(first.engine, "importance") as Arm, importance);
    }
    reportRatio(`  ${label} importance step / step`, importance, step);
    if (forward) reportRatio(`  ${label} step / forward pass`, step, forward);
  }
}

const [rounds, models, names] = process.argv.slice(2);
const usual = ENGINES.filter((name) => name !== "cpu").join(",");
const engines = await startAll(chosen(ENGINES, names ?? usual), names !== undefined);
if (engines.length === 0) process.exitCode = 1;
for (const model of chosen(MODELS, models)) {
  await measure(model, engines, Number(rounds ?? 50));
}
for (const engine of engines) engine.end();
