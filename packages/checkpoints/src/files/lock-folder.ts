import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { UnequalError } from "@unequal/core";

/** The file that says which process has a folder. */
export const LOCK = "lock.json";

/** Times that a lock is looked at again, where others take and leave it meanwhile. */
const TRIES = 1000;

/** A process, as long as it lives. */
interface Owner {
  readonly pid: number;
  readonly host: string;
  /** When it began, where the system tells: another process may have the number later. */
  readonly began: string | undefined;
}

/** A folder that this process has. */
export interface FolderLock {
  readonly release: () => void;
}

/** Boot and ticks at which a process began, on Linux. */
function beginningOf(pid: number): string | undefined {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // the name of a program, in parentheses, may hold spaces
    const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    return `${boot} ${ticks}`;
  } catch {
    return undefined;
  }
}

function isAlive({ pid, began }: Owner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // a process of another user may not be sent a signal
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  const present = beginningOf(pid);
  // where the system does not tell, it may be the one
  return began === undefined || present === undefined || present === began;
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function parse(text: string): Owner | undefined {
  try {
    const { pid, host, began } = JSON.parse(text) as Partial<Owner>;
    return typeof pid === "number" && typeof host === "string" ? { pid, host, began } : undefined;
  } catch {
    return undefined;
  }
}

function taken(name: string, who: string, advice: string): UnequalError {
  return new UnequalError(
    "FOLDER_LOCKED",
    `${name} must belong to one run at a time, but ${who} has it. ${advice}`,
  );
}

/** @throws FOLDER_LOCKED where the lock's process may still be there */
function checkGone(name: string, text: string): void {
  const owner = parse(text);
  if (owner === undefined) return;
  const { pid, host } = owner;
  if (host !== hostname())
    throw taken(
      name,
      `process ${pid} on ${host}`,
      `If it is gone, remove ${LOCK} there and try again.`,
    );
  if (isAlive(owner))
    throw taken(name, `process ${pid}`, "Wait for its end, or name another folder.");
}

/** Puts a whole file in a place where there is none; false where there is one. */
function place(from: string, file: string): boolean {
  try {
    linkSync(from, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
  }
  // a file system without links
  try {
    writeFileSync(file, readFileSync(from), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Takes the place of a lock whose process is gone, one process at a time; false where another was faster. */
function takeOver(lock: string, text: string, own: string): boolean {
  const turn = `${lock}.turn`;
  if (!place(own, turn)) {
    const owner = parse(readText(turn) ?? "");
    if (owner !== undefined && !isAlive(owner)) rmSync(turn, { force: true });
    return false;
  }
  if (readText(lock) === text) {
    renameSync(turn, lock);
    return true;
  }
  rmSync(turn, { force: true });
  return false;
}

/**
 * Takes a folder for this process. The lock of a process that is gone is seen through: by its number, and on Linux by
 * when it began; that of another machine is not.
 *
 * @throws FOLDER_LOCKED; what the file system throws where it cannot be written
 */
export function lockFolder(folder: string, name: string = folder): FolderLock {
  const lock = path.join(folder, LOCK);
  const own = path.join(folder, `.lock-${process.pid}-${randomUUID()}`);
  const owner: Owner = {
    pid: process.pid,
    host: hostname(),
    began: beginningOf(process.pid),
  };
  const text = `${JSON.stringify(owner)}\n`;
  writeFileSync(own, text);
  try {
    for (let tries = 0; !place(own, lock); tries++) {
      const found = readText(lock);
      if (found !== undefined) checkGone(name, found);
      if (found !== undefined && takeOver(lock, found, own)) break;
      if (tries > TRIES) throw taken(name, "another process", "Try again.");
    }
  } finally {
    rmSync(own, { force: true });
  }
  return {
    release: () => {
      if (readText(lock) === text) rmSync(lock, { force: true });
    },
  };
}
