import { readdirSync, rmSync, statSync } from "node:fs";
import path from "node:path";

const PREFIX = ".unequal-setup-";
const HOUR = 3_600_000;

/** What the name of a stage begins with; the process that made it is in it. */
export function stagePrefix(id: number): string {
  return `${PREFIX}${id}-`;
}

function isGone(id: number): boolean {
  try {
    process.kill(id, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

function isStale(file: string, now: number): boolean {
  const id = Number.parseInt(path.basename(file).slice(PREFIX.length), 10);
  const { mtimeMs = now } = statSync(file, { throwIfNoEntry: false }) ?? {};
  return now - mtimeMs > HOUR || (id > 0 && isGone(id));
}

function remove(file: string): void {
  try {
    rmSync(file, { recursive: true, force: true });
  } catch {
    // another user's, and in nobody's way
  }
}

/** Removes what killed setups have left in a package; leaves the stage of one that runs. `now` is as files have it. */
export function removeStaleStages(folder: string, now: number): void {
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name);
    if (name.startsWith(PREFIX) && isStale(file, now)) remove(file);
  }
}
