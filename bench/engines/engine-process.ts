import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { extname } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type {
  EngineName,
  Failed,
  Greeting,
  Loaded,
  ModelName,
  Pass,
  Request,
  Timed,
} from "./protocol.js";

/** An engine that waits for requests in a process of its own, which ends when this one does. */
export interface EngineProcess {
  readonly name: EngineName;
  readonly version: string;
  /** What it computes on, where it says so. */
  readonly hardware?: "cpu" | "gpu";
  readonly load: (model: ModelName) => Promise<Loaded>;
  /** Runs one pass of the loaded model and returns the milliseconds that the child measured. */
  readonly time: (pass: Pass) => Promise<number>;
  readonly end: () => void;
}

// .ts here, .js where it was compiled
const CHILD = fileURLToPath(new URL(`./child${extname(import.meta.url)}`, import.meta.url));
const PYTHON = fileURLToPath(new URL("../engines.py", import.meta.url));

function start(name: EngineName): ChildProcessWithoutNullStreams {
  return name === "torch"
    ? spawn(process.env["UNEQUAL_PYTHON"] ?? "python3", [PYTHON])
    : spawn(process.execPath, [...process.execArgv, CHILD, name]);
}

/** Returns a function that reads the next answer, and throws what went wrong in the child. */
function reader(name: EngineName, child: ChildProcessWithoutNullStreams) {
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const closed = new Promise((resolve) => child.once("close", resolve));
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-4000);
  });
  return async <T extends object>(request: string): Promise<T> => {
    const line = await lines.next();
    if (line.done === true) {
      await closed;
      const code = child.exitCode ?? child.signalCode;
      throw new Error(`The engine ${name} ended with ${code} at "${request}":\n${said}`);
    }
    const answer = JSON.parse(line.value) as T | Failed;
    if ("error" in answer)
      throw new Error(`The engine ${name} failed at "${request}":\n${answer.error}`);
    return answer;
  };
}

/** Of what a child that ended at once has said, the line that tells why. */
function reasonOf(error: unknown): string {
  const lines = String(error).split("\n");
  return lines.findLast((line) => /^\w*Error\b/.test(line)) ?? lines.join(" ");
}

/** Starts an engine; one that is not installed, or does not start, is absent, with the reason. */
export async function startEngine(
  name: EngineName,
): Promise<EngineProcess | { readonly absent: string }> {
  const child = start(name);
  child.stdin.on("error", () => undefined); // a child that ended is reported by its missing answer
  const read = reader(name, child);
  let greeting: Greeting;
  try {
    await once(child, "spawn");
    greeting = await read<Greeting>("start");
  } catch (error) {
    return { absent: reasonOf(error) };
  }
  if ("absent" in greeting) return greeting;
  const ask = async <T extends object>(request: Request): Promise<T> => {
    child.stdin.write(`${request}\n`);
    return read<T>(request);
  };
  return {
    name,
    ...greeting,
    load: (model) => ask<Loaded>(`load ${model}`),
    time: async (pass) => (await ask<Timed>(pass)).ms,
    end: () => child.stdin.end(),
  };
}
