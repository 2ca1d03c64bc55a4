import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LOCK, lockFolder } from "./lock-folder.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "unequal-lock-"));
});
afterEach(() => rmSync(folder, { recursive: true }));
const lock = (): string => path.join(folder, LOCK);
const refused = expect.objectContaining({ code: "FOLDER_LOCKED" }) as Error;

/** The number of a process that has ended. */
async function goneProcess(): Promise<number> {
  const child = spawn(process.execPath, ["--version"], { stdio: "ignore" });
  const { pid } = child;
  await new Promise((resolve) => child.on("close", resolve));
  return pid as number;
}

test("a folder is one process's at a time, and another's after its release", () => {
  const { release } = lockFolder(folder);
  expect(() => lockFolder(folder, "runs/a")).toThrow(refused);
  expect(() => lockFolder(folder, "runs/a")).toThrow(
    `runs/a must belong to one run at a time, but process ${process.pid} has it.`,
  );
  expect(readdirSync(folder)).toEqual([LOCK]);
  release();
  expect(readdirSync(folder)).toEqual([]);
  lockFolder(folder).release();
});

test("the lock of a process that is gone is seen through", async () => {
  const pid = await goneProcess();
  writeFileSync(lock(), JSON.stringify({ pid, host: hostname() }));
  const { release } = lockFolder(folder);
  expect(JSON.parse(readFileSync(lock(), "utf8"))).toMatchObject({ pid: process.pid });
  expect(readdirSync(folder)).toEqual([LOCK]);
  release();
});

test("a later process with the same number is not taken for the one that had it", () => {
  writeFileSync(
    lock(),
    JSON.stringify({ pid: process.pid, host: hostname(), began: "long ago 1" }),
  );
  // only Linux tells when a process began
  if (!existsSync("/proc/self/stat")) return;
  lockFolder(folder).release();
});

test("that of another machine is not seen through, and says what to do", () => {
  writeFileSync(lock(), JSON.stringify({ pid: 1, host: "elsewhere" }));
  expect(() => lockFolder(folder)).toThrow(refused);
  expect(() => lockFolder(folder)).toThrow(`If it is gone, remove ${LOCK}`);
});

test.each(["", "{", "[]", '{"pid":"x"}'])("a lock that is none (%j) is replaced", (text) => {
  writeFileSync(lock(), text);
  lockFolder(folder).release();
  expect(readdirSync(folder)).toEqual([]);
});

test("a lock that was taken over meanwhile is left to who has it", () => {
  const { release } = lockFolder(folder);
  writeFileSync(lock(), JSON.stringify({ pid: 1, host: hostname() }));
  release();
  expect(existsSync(lock())).toBe(true);
});

test("of many processes that find the lock of one that is gone, one gets it", async () => {
  const pid = await goneProcess();
  writeFileSync(lock(), JSON.stringify({ pid, host: hostname() }));
  const program = `
    const { lockFolder } = await import(${JSON.stringify(new URL("lock-folder.ts", import.meta.url).href)});
    try { lockFolder(${JSON.stringify(folder)}); console.log("mine"); } catch ({ code }) { console.log(code); }
    await new Promise((resolve) => process.stdin.once("end", resolve).resume());
  `;
  const flags = [
    "--import",
    "tsx",
    "--conditions=@unequal/source",
    "--input-type=module",
    "-e",
    program,
  ];
  const children = Array.from({ length: 6 }, () =>
    spawn(process.execPath, flags, { stdio: ["pipe", "pipe", "inherit"] }),
  );
  const answers = await Promise.all(
    children.map(
      (child) =>
        new Promise<string>((resolve) =>
          child.stdout.once("data", (text: Buffer) => resolve(text.toString().trim())),
        ),
    ),
  );
  for (const child of children) child.stdin.end();
  await Promise.all(
    children.map((child) => new Promise((resolve) => child.once("close", resolve))),
  );
  expect(answers.filter((answer) => answer === "mine")).toHaveLength(1);
  expect(answers.filter((answer) => answer === "FOLDER_LOCKED")).toHaveLength(5);
});
