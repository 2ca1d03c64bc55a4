import { open, rename, rm, type FileHandle } from "node:fs/promises";
import path from "node:path";

/** What is written next to a file, until it is whole. */
export const PART = ".part";

/** Has the disk know what is in a folder; not every system lets a folder be opened. */
async function syncFolder(folder: string): Promise<void> {
  let handle: FileHandle;
  try {
    handle = await open(folder, "r");
  } catch {
    return;
  }
  try {
    await handle.sync();
  } catch {
    // some file systems have nothing to do
  } finally {
    await handle.close();
  }
}

/** Writes a file next to its place, and moves it there once it is on the disk: whoever reads finds all of it, the former one, or none. */
export async function replaceFile(
  file: string,
  write: (handle: FileHandle) => Promise<void>,
): Promise<void> {
  const part = `${file}${PART}`;
  try {
    const handle = await open(part, "w");
    try {
      await write(handle);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  await syncFolder(path.dirname(file));
}
