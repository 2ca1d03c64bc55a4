import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
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
  readonly load: (model: ModelName) => Promise<Loaded>;
  /** Runs one pass of the loaded model and returns the milliseconds that the child measured. */
  readonly time: (pass: Pass) => Promise<number>;
  readonly end: () => void;
}

const CHILD = fileURLToPath(new URL("./child.ts", import.meta.url));
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
      throw new Error(
        `The engine ${name} ended with ${child.exitCode ?? child.signalCode} at "${request}":\n${said}`,
      );
    }
    const answer = JSON.parse(line.value) as T | Failed;
    if ("error" in answer)
      throw new Error(`The engine ${name} failed at "${request}":\n${answer.error}`);
    return answer;
  };
}

/** Starts an engine; one that is not installed is absent, with the reason. */
export async function startEngine(
  name: EngineName,
): Promise<EngineProcess | { readonly absent: string }> {
  const child = start(name);
  child.stdin.on("error", () => undefined); // a child that ended is reported by its missing answer
  const read = reader(name, child);
  try {
    await once(child, "spawn");
  } catch (error) {
    return { absent: String(error) };
  }
  const ask = async <T extends object>(request: Request): Promise<T> => {
    child.stdin.write(`${request}\n`);
    return read<T>(request);
  };
  const greeting = await read<Greeting>("start");
  if ("absent" in greeting) return greeting;
  return {
    name,
    version: greeting.version,
    load: (model) => ask<Loaded>(`load ${model}`),
    time: async (pass) => (await ask<Timed>(pass)).ms,
    end: () => child.stdin.end(),
  };
}
