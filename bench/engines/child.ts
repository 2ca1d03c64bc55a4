/** Trains on one engine of TensorFlow.js as the parent asks on stdin, a line for a line. See protocol.ts. */
import { createInterface } from "node:readline";
import type * as tfjs from "@tensorflow/tfjs";
import { prepare, type Tf, type Workload } from "./models.js";
import { openEngine } from "./open-engine.js";
import {
  WARM_UPS,
  type EngineName,
  type Failed,
  type Greeting,
  type Loaded,
  type ModelName,
  type Pass,
  type Timed,
} from "./protocol.js";

const MISSING = /Kernel '(\w+)' not registered/;

async function step({ model, x, y }: Workload): Promise<number> {
  return (await model.trainOnBatch(x, y)) as number; // a number that has been read: the step is over
}

async function forward({ model, x }: Workload): Promise<void> {
  const output = model.predict(x, { batchSize: x.shape[0] }) as tfjs.Tensor;
  await output.data();
  output.dispose();
}

async function load(tf: Tf, workload: Workload): Promise<Loaded> {
  try {
    for (let at = 1; at < WARM_UPS; at++) {
      await step(workload);
      await forward(workload);
    }
    return { loss: await step(workload) };
  } catch (error) {
    const [, missing] = MISSING.exec(String(error)) ?? [];
    if (missing === undefined) throw error;
    return { missing };
  }
}

async function time(pass: Pass, workload: Workload): Promise<Timed> {
  const run = pass === "step" ? step : forward;
  await run(workload); // brings back what the other engines have displaced from the caches
  const started = performance.now();
  await run(workload);
  return { ms: performance.now() - started };
}

function reply(answer: Greeting | Loaded | Timed | Failed): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

async function serve(tf: Tf): Promise<void> {
  let workload: Workload | undefined;
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      const [request, model] = line.split(" ");
      if (request === "load") {
        if (workload !== undefined) tf.dispose([workload.x, workload.y]);
        tf.disposeVariables();
        workload = prepare(tf, model as ModelName);
        reply(await load(tf, workload));
      } else if (workload !== undefined) {
        reply(await time(request as Pass, workload));
      }
    } catch (error) {
      reply({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  }
}

console.log = console.error; // stdout carries answers alone
const engine = await openEngine(process.argv[2] as EngineName);
if ("absent" in engine) {
  reply(engine);
} else {
  reply({ version: engine.version });
  await serve(engine.tf);
}
process.exit();
