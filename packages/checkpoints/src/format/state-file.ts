import { createHash } from "node:crypto";
import { open, type FileHandle } from "node:fs/promises";
import { UnequalError, type State } from "@unequal/core";
import { decodeState, encodeState } from "./encode-state.js";
import { readSafetensors, writeSafetensors } from "./safetensors.js";
import { replaceFile } from "../files/replace-file.js";

/** The version of what the metadata says; arrays and JSON keep their own. */
const VERSION = "1";
/** Where the checksum stands: first in the header, after its length. */
const BEFORE_SUM = '{"__metadata__":{"sha256":"';
const LENGTH_BYTES = 8;
const SUM_AT = LENGTH_BYTES + BEFORE_SUM.length;
const NO_SUM = "0".repeat(64);
/** Bytes that are hashed and written at once, so that training goes on between. */
const CHUNK = 8 << 20;

/** A state with what is known of it at a glance. */
export interface StateFile {
  readonly state: State;
  /** Texts that are read without the state. */
  readonly about: Readonly<Record<string, string>>;
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; )
    done += (await handle.write(bytes, done, bytes.length - done)).bytesWritten;
}

/**
 * Writes a state: its arrays in the format safetensors, the rest as JSON in the metadata, all of it under a SHA-256. It is written
 * next to the file and moved there once it is on the disk, so that the file is at no time half of anything. Other work goes on
 * meanwhile: the arrays are the caller's, and must not change. Returns the size in bytes.
 */
export async function writeStateFile(file: string, { state, about }: StateFile): Promise<number> {
  const { text, arrays } = encodeState(state);
  const metadata = { sha256: NO_SUM, unequal: VERSION, ...about, state: text };
  const pieces = writeSafetensors({ arrays, metadata });
  let size = 0;
  await replaceFile(file, async (handle) => {
    const hash = createHash("sha256");
    for (const piece of pieces)
      for (let from = 0; from < piece.length; from += CHUNK) {
        const chunk = piece.subarray(from, from + CHUNK);
        hash.update(chunk);
        await writeAll(handle, chunk);
        size += chunk.length;
      }
    await handle.write(Buffer.from(hash.digest("hex")), 0, NO_SUM.length, SUM_AT);
  });
  return size;
}

function invalid(file: string, what: string, cause?: unknown): UnequalError {
  return new UnequalError(
    "CHECKPOINT_INVALID",
    `${file} must be a whole file that Unequal saved, but ${what}. Take another, or save again.`,
    { cause },
  );
}

async function readBytes(file: string): Promise<Uint8Array> {
  const handle = await open(file, "r");
  try {
    const { size } = await handle.stat();
    const bytes = new Uint8Array(size);
    for (let done = 0; done < size; ) {
      const { bytesRead } = await handle.read(bytes, done, Math.min(CHUNK, size - done), done);
      if (bytesRead === 0) return bytes.subarray(0, done);
      done += bytesRead;
    }
    return bytes;
  } finally {
    await handle.close();
  }
}

/** Takes the checksum out of the bytes, which were hashed without it. */
function checkSum(file: string, bytes: Uint8Array): void {
  const text = (from: number, to: number): string =>
    Buffer.from(bytes.subarray(from, to)).toString("latin1");
  if (text(LENGTH_BYTES, SUM_AT) !== BEFORE_SUM)
    throw invalid(file, bytes.length < SUM_AT ? `has only ${bytes.length} bytes` : "is of another kind");
  const sum = text(SUM_AT, SUM_AT + NO_SUM.length);
  bytes.set(Buffer.from(NO_SUM), SUM_AT);
  if (createHash("sha256").update(bytes).digest("hex") !== sum)
    throw invalid(file, "was cut off or changed: its checksum is another");
}

/**
 * Reads a state that was written.
 * @throws CHECKPOINT_INVALID where the file is not whole, of another kind, or of another version
 */
export async function readStateFile(file: string): Promise<StateFile> {
  let bytes: Uint8Array;
  try {
    bytes = await readBytes(file);
  } catch (cause) {
    throw invalid(file, `cannot be read: ${String(cause)}`, cause);
  }
  checkSum(file, bytes);
  const { arrays, metadata } = readSafetensors(bytes);
  const { sha256: _, unequal: version, state: text = "", ...about } = metadata;
  if (version !== VERSION)
    throw invalid(file, `has version ${version ?? "none"}, and this Unequal reads ${VERSION}`);
  return { state: decodeState({ text, arrays }), about };
}

/** Saves any state, such as that of a replay buffer. @throws OUTPUT_FAILED */
export async function saveState(file: string, state: State): Promise<void> {
  try {
    await writeStateFile(file, { state, about: {} });
  } catch (cause) {
    throw new UnequalError(
      "OUTPUT_FAILED",
      `${file} cannot be written: ${String(cause)}. Choose a place that is writable and has room.`,
      { cause },
    );
  }
}

/** Loads a state that {@link saveState} saved. @throws CHECKPOINT_INVALID */
export async function loadState(file: string): Promise<State> {
  return (await readStateFile(file)).state;
}
