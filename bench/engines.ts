/**
 * What a training step costs on each engine: ours (wasm after `installWasmTraining()`), stock wasm,
 * tfjs-node and PyTorch, on five models, batch 64, Adam. Every engine is a process of its own; in a round
 * each makes one step that is not timed and one that is, in a random order of engines. A ratio is the
 * median of the rounds' ratios.
 *
 *   bench/engines.ts [rounds, 50] [models, such as mlp,lstm] [engines beside ours, such as stock,torch]
 *
 * tfjs-node is taken from this repository's node_modules or from those of the folder UNEQUAL_TFJS_NODE;
 * PyTorch from python3 or the interpreter UNEQUAL_PYTHON. What is not installed is left out.
 */
import { createRandom } from "@unequal/core";
import { startEngine, type EngineProcess } from "./engines/engine-process.js";
import { ENGINES, MODELS, type EngineName, type ModelName, type Pass } from "./engines/protocol.js";
import { pairedRatio, report } from "./measure.js";

const LABELS: Readonly<Record<EngineName, string>> = {
  ours: "ours",
  stock: "stock wasm",
  "tfjs-node": "tfjs-node",
  torch: "PyTorch",
};

interface Arm {
  readonly engine: EngineProcess;
  readonly pass: Pass;
  readonly times: number[];
}

function chosen<T extends string>(all: readonly T[], argument: string | undefined): readonly T[] {
  const names = argument?.split(",") ?? all;
  const unknown = names.find((name) => !(all as readonly string[]).includes(name));
  if (unknown !== undefined) throw new Error(`"${unknown}" is none of ${all.join(", ")}.`);
  return all.filter((name) => names.includes(name));
}

async function startAll(names: readonly EngineName[]): Promise<readonly EngineProcess[]> {
  const started: EngineProcess[] = [];
  for (const name of names) {
    const engine = await startEngine(name);
    if ("absent" in engine) {
      console.log(`${LABELS[name]}: not installed (${engine.absent})`);
    } else {
      console.log(`${LABELS[name]}: ${engine.version}`);
      started.push(engine);
    }
  }
  return started;
}

/** Loads a model on every engine and returns those that train it. */
async function load(model: ModelName, engines: readonly EngineProcess[]): Promise<EngineProcess[]> {
  const trains: EngineProcess[] = [];
  const losses: string[] = [];
  for (const engine of engines) {
    const loaded = await engine.load(model);
    if ("missing" in loaded) {
      console.log(`  ${LABELS[engine.name]}: cannot train, no kernel ${loaded.missing}`);
    } else {
      trains.push(engine);
      losses.push(`${LABELS[engine.name]} ${loaded.loss.toFixed(4)}`);
    }
  }
  if (losses.length > 0) console.log(`  loss after the warm-up: ${losses.join(", ")}`);
  return trains;
}

async function timeAll(arms: readonly Arm[], rounds: number): Promise<void> {
  const random = createRandom("order of arms");
  for (let round = 0; round < rounds; round++) {
    for (const at of random.shuffle(Uint32Array.from(arms.keys()))) {
      const arm = arms[at] as Arm;
      arm.times.push(await arm.engine.time(arm.pass));
    }
  }
}

async function measure(model: ModelName, engines: readonly EngineProcess[], rounds: number) {
  console.log(model);
  const arms: Arm[] = (await load(model, engines)).map((engine) => ({
    engine,
    pass: "step",
    times: [],
  }));
  const ours = arms.find(({ engine }) => engine.name === "ours");
  if (ours === undefined) return;
  if (model === "cnn") arms.push({ engine: ours.engine, pass: "forward", times: [] });
  await timeAll(arms, rounds);
  for (const { engine, pass, times } of arms) {
    if (times === ours.times) continue;
    const title = pass === "forward" ? "training step / forward pass" : `/ ${LABELS[engine.name]}`;
    report(`  ours ${title}`, pairedRatio(ours.times, times));
  }
}

const [rounds, models, others] = process.argv.slice(2);
const names = chosen(ENGINES, others === undefined ? undefined : `ours,${others}`);
const engines = await startAll(names);
for (const model of chosen(MODELS, models)) {
  await measure(model, engines, Number(rounds ?? 50));
}
for (const engine of engines) engine.end();
