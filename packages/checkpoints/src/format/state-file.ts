import { createHash } from "node:crypto";
import { open, type FileHandle } from "node:fs/promises";
import { isUnequalError, reasonOf, UnequalError, type State } from "@unequal/core";
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
  for (let done = 0; done < bytes.length;)
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

function broken(file: string, what: string): UnequalError {
  return new UnequalError(
    "CHECKPOINT_INVALID",
    `${file} must be a whole file that Unequal saved, but ${what}. Take another, or save again.`,
  );
}

/** Reads a part of a file, to its end at most. */
async function readPart(handle: FileHandle, from: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(Math.max(0, length));
  for (let done = 0; done < bytes.length;) {
    const left = Math.min(CHUNK, bytes.length - done);
    const { bytesRead } = await handle.read(bytes, done, left, from + done);
    if (bytesRead === 0) return bytes.subarray(0, done);
    done += bytesRead;
  }
  return bytes;
}

/** @throws OUTPUT_FAILED where the file cannot be read at all */
async function reading<T>(file: string, read: (handle: FileHandle, size: number) => Promise<T>) {
  try {
    const handle = await open(file, "r");
    try {
      return await read(handle, (await handle.stat()).size);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (isUnequalError(cause)) throw cause;
    throw new UnequalError(
      "OUTPUT_FAILED",
      `${file} cannot be read: ${reasonOf(cause)}. See that it is there, and that it may be read.`,
      { cause },
    );
  }
}

function hashOf(bytes: Uint8Array): string {
  const hash = createHash("sha256");
  for (let from = 0; from < bytes.length; from += CHUNK)
    hash.update(bytes.subarray(from, from + CHUNK));
  return hash.digest("hex");
}

/** Takes the checksum out of the bytes, which were hashed without it. */
function checkSum(file: string, bytes: Uint8Array): void {
  const text = (from: number, to: number): string =>
    Buffer.from(bytes.subarray(from, to)).toString("latin1");
  if (bytes.length < SUM_AT + NO_SUM.length) throw broken(file, `has only ${bytes.length} bytes`);
  if (text(LENGTH_BYTES, SUM_AT) !== BEFORE_SUM) throw broken(file, "is of another kind");
  const sum = text(SUM_AT, SUM_AT + NO_SUM.length);
  bytes.set(Buffer.from(NO_SUM), SUM_AT);
  if (hashOf(bytes) !== sum) throw broken(file, "was cut off or changed: its checksum is another");
}

/**
 * Reads a state that was written.
 * @throws CHECKPOINT_INVALID where the file is not whole, or of another kind; STATE_INCOMPATIBLE where it is of another version;
 *   OUTPUT_FAILED where it cannot be read
 */
export async function readStateFile(file: string): Promise<StateFile> {
  const bytes = await reading(file, (handle, size) => readPart(handle, 0, size));
  checkSum(file, bytes);
  const { arrays, metadata } = readSafetensors(bytes);
  const { sha256: _, unequal: version, state: text = "", ...about } = metadata;
  if (version !== VERSION)
    throw new UnequalError(
      "STATE_INCOMPATIBLE",
      `${file} has version ${version ?? "none"}, and this Unequal reads ${VERSION}. Read it with the Unequal that saved it.`,
    );
  return { state: decodeState({ text, arrays }), about };
}

/** Reads the texts about a state alone, unchecked; undefined where there are none. */
export async function readAbout(file: string): Promise<StateFile["about"] | undefined> {
  try {
    return await reading(file, async (handle, size) => {
      const head = Buffer.from(await readPart(handle, 0, LENGTH_BYTES));
      const length = Math.min(Number(head.readBigUInt64LE()), size - LENGTH_BYTES);
      const header = await readPart(handle, LENGTH_BYTES, length);
      const { __metadata__: about } = JSON.parse(Buffer.from(header).toString()) as {
        readonly __metadata__?: StateFile["about"];
      };
      return about;
    });
  } catch {
    return undefined;
  }
}

/** Saves any state, such as that of a replay buffer. @throws OUTPUT_FAILED */
export async function saveState(file: string, state: State): Promise<void> {
  try {
    await writeStateFile(file, { state, about: {} });
  } catch (cause) {
    throw new UnequalError(
      "OUTPUT_FAILED",
      `${file} cannot be written: ${reasonOf(cause)}. Choose a place that is writable and has room.`,
      { cause },
    );
  }
}

/** Loads a state that {@link saveState} saved. @throws CHECKPOINT_INVALID */
export async function loadState(file: string): Promise<State> {
  return (await readStateFile(file)).state;
}
