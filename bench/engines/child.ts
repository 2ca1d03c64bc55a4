/** Trains on one engine of TensorFlow.js as the parent asks on stdin, a line for a line. See protocol.ts. */
import { createInterface } from "node:readline";
import * as tf from "@tensorflow/tfjs";
import { importanceTrainer } from "./importance-step.js";
import { prepare, type Workload } from "./models.js";
import { openEngine } from "./open-engine.js";
import {
  SLOW,
  WARM_UPS,
  type EngineName,
  type Failed,
  type Greeting,
  type Loaded,
  type ModelName,
  type Pass,
  type Timed,
} from "./protocol.js";

const MISSING = /[Kk]ernel '?(\w+)'?(?: not registered|, which the engine)/;

/** A loaded model, and what runs each pass of it. */
interface Session {
  readonly workload: Workload;
  readonly passes: Readonly<Record<Pass, () => Promise<unknown>>>;
  slow: boolean;
}

function open(name: ModelName): Session {
  const workload = prepare(name);
  const { model, x, y } = workload;
  const trainer = importanceTrainer(name, workload);
  return {
    workload,
    slow: false,
    passes: {
      step: () => model.trainOnBatch(x, y), // read, so the step is over
      forward: async () => {
        const output = model.predict(x, { batchSize: x.shape[0] }) as tf.Tensor;
        await output.data();
        output.dispose();
      },
      importance: () => trainer.step(),
    },
  };
}

function close({ workload: { x, y } }: Session): void {
  tf.dispose([x, y]);
  tf.disposeVariables();
}

async function timeOf(run: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await run();
  return performance.now() - started;
}

/** Makes updates until all is compiled and in the caches, or the engine is found to be slow. */
async function warmUp(session: Session): Promise<Loaded> {
  const { step, forward, importance } = session.passes;
  try {
    let loss = (await step()) as number;
    let warmUps = 1;
    for (; warmUps < WARM_UPS && !session.slow; warmUps++) {
      await forward();
      session.slow = (await timeOf(async () => (loss = (await step()) as number))) > SLOW;
    }
    for (let at = 0; at < 3 && !session.slow; at++) await importance();
    return { loss, warmUps };
  } catch (error) {
    const [, missing] = MISSING.exec(String(error)) ?? [];
    if (missing === undefined) throw error;
    return { missing };
  }
}

async function time(pass: Pass, { passes, slow }: Session): Promise<Timed> {
  const run = passes[pass];
  if (!slow) await run(); // brings back what the other engines have displaced from the caches
  return { ms: await timeOf(run) };
}

function reply(answer: Greeting | Loaded | Timed | Failed): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

async function serve(): Promise<void> {
  let session: Session | undefined;
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      const [request, model] = line.split(" ");
      if (request === "load") {
        if (session !== undefined) close(session);
        session = open(model as ModelName);
        reply(await warmUp(session));
      } else if (session !== undefined) {
        reply(await time(request as Pass, session));
      }
    } catch (error) {
      reply({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  }
}

console.log = console.error; // stdout carries answers alone
const greeting = await openEngine(process.argv[2] as EngineName);
reply(greeting);
if (!("absent" in greeting)) await serve();
process.exit();
