import { tmpdir } from "node:os";
import { describe, expect, test, vi } from "vitest";
import { runProgram, type ProgramOptions, type ProgramOutcome } from "./run-program.js";

const HANG = "setInterval(() => {}, 1000);";
/** Starts another process that holds our pipes, and prints its id. */
const FORK = `
const { spawn } = require("node:child_process");
const child = spawn(process.execPath, ["-e", "${HANG}"], { stdio: "inherit" });
console.log(child.pid);
child.unref();
`;

const QUIET = { folder: tmpdir(), interruption: new AbortController().signal };

function run(script: string, options: Partial<ProgramOptions> = {}): Promise<ProgramOutcome> {
  return runProgram(process.execPath, ["-e", script], { ...QUIET, ...options });
}

const isAlive = (id: number): boolean => {
  try {
    return process.kill(id, 0);
  } catch {
    return false;
  }
};

test("says how a program ended, and what it wrote", async () => {
  const script = "console.log(process.env.WHAT); console.error('e'); process.exitCode = 3";
  expect(await run(script, { environment: { WHAT: "o" } })).toEqual({
    code: 3,
    signal: null,
    ended: undefined,
    stdout: "o\n",
    stderr: "e\n",
  });
  await expect(runProgram("/nowhere", [], QUIET)).rejects.toThrow();
});

describe.skipIf(process.platform === "win32")("what a program started is ended with it", () => {
  test("when its time is up", async () => {
    const { ended, signal, stdout } = await run(FORK + HANG, { seconds: 2 });
    expect({ ended, signal }).toEqual({ ended: "timed-out", signal: "SIGKILL" });
    await vi.waitUntil(() => !isAlive(Number(stdout)), 5000);
  });

  test("when it has ended by itself", async () => {
    const { ended, code, stdout } = await run(FORK, { isDone: (text) => text !== "" });
    expect({ ended, code }).toEqual({ ended: undefined, code: 0 });
    await vi.waitUntil(() => !isAlive(Number(stdout)), 5000);
  });

  test("when we are interrupted, which rejects", async () => {
    const controller = new AbortController();
    let pid = "";
    const isDone = (text: string): boolean => {
      pid = text;
      controller.abort(new Error("enough"));
      return false;
    };
    const running = run(FORK + HANG, { interruption: controller.signal, isDone });
    await expect(running).rejects.toThrow("enough");
    await vi.waitUntil(() => !isAlive(Number(pid)), 5000);
    await expect(run("", { interruption: controller.signal })).rejects.toThrow("enough");
  });
});
