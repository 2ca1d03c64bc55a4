import { UnequalError } from "@unequal/core";
import type { StateArray } from "./encode-state.js";

/** Named arrays with texts about them, as a file of the format safetensors holds them. */
export interface Safetensors {
  readonly arrays: ReadonlyMap<string, StateArray>;
  /** Texts by name, in the header under `__metadata__`. */
  readonly metadata: Readonly<Record<string, string>>;
}

const METADATA = "__metadata__";
/** Bytes that headers end at a multiple of, and data begin at. */
const ALIGNMENT = 8;
/** The largest header that readers of the format take. */
const LARGEST_HEADER = 100_000_000;

const TYPES = {
  U8: Uint8Array,
  I32: Int32Array,
  U32: Uint32Array,
  F32: Float32Array,
  F64: Float64Array,
} as const;
type TypeName = keyof typeof TYPES;

interface Entry {
  readonly dtype: TypeName;
  readonly shape: readonly number[];
  readonly data_offsets: readonly number[];
}

function typeOf(array: StateArray): TypeName {
  const names = Object.keys(TYPES) as TypeName[];
  return names.find((name) => array instanceof TYPES[name]) as TypeName;
}

function bytesOf({ buffer, byteOffset, byteLength }: StateArray): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/**
 * Writes arrays in the format safetensors: 8 bytes of the header's length, a header of JSON, padded by spaces, then the data,
 * little-endian, largest elements first, so that each begins at a multiple of its element's size. Returned in pieces, of which
 * those of data are views of the arrays.
 *
 * @see https://huggingface.co/docs/safetensors, "Format"
 */
export function writeSafetensors({ arrays, metadata }: Safetensors): readonly Uint8Array[] {
  const sorted = [...arrays].sort(([, a], [, b]) => b.BYTES_PER_ELEMENT - a.BYTES_PER_ELEMENT);
  let end = 0;
  const entries = sorted.map(([name, array]) => {
    const begin = end;
    end += array.byteLength;
    const entry: Entry = {
      dtype: typeOf(array),
      shape: [array.length],
      data_offsets: [begin, end],
    };
    return [name, entry] as const;
  });
  // put together by hand: an object would have names that are numbers before the metadata
  const members = [[METADATA, metadata] as const, ...entries].map(
    ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`,
  );
  const json = new TextEncoder().encode(`{${members.join(",")}}`);
  const length = Math.ceil(json.length / ALIGNMENT) * ALIGNMENT;
  if (length > LARGEST_HEADER)
    throw new UnequalError(
      "OUTPUT_FAILED",
      `What is saved besides arrays takes ${length} bytes, and the format holds ${LARGEST_HEADER}. Keep large lists in typed arrays.`,
    );
  const head = new Uint8Array(ALIGNMENT + length).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(length), true);
  head.set(json, ALIGNMENT);
  return [head, ...sorted.map(([, array]) => bytesOf(array))];
}

function broken(what: string): UnequalError {
  return new UnequalError(
    "CHECKPOINT_INVALID",
    `A file of saved arrays must be whole, but ${what}. Take an earlier one.`,
  );
}

function headerOf(bytes: Uint8Array): {
  readonly header: Record<string, unknown>;
  readonly end: number;
} {
  if (bytes.length < ALIGNMENT) throw broken(`has only ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getBigUint64(0, true);
  if (length > LARGEST_HEADER || ALIGNMENT + Number(length) > bytes.length)
    throw broken("ends within its header");
  const end = ALIGNMENT + Number(length);
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(ALIGNMENT, end));
    return { header: JSON.parse(text) as Record<string, unknown>, end };
  } catch (cause) {
    throw broken(`its header cannot be read: ${String(cause)}`);
  }
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== "object" || value === null) return false;
  const { dtype, data_offsets: offsets } = value as Partial<Entry>;
  if (dtype === undefined || !Object.hasOwn(TYPES, dtype)) return false;
  return Array.isArray(offsets) && offsets.length === 2 && offsets.every(Number.isSafeInteger);
}

/** Copies the bytes of an entry into an array of their own. */
function arrayOf(name: string, entry: unknown, data: Uint8Array): StateArray {
  if (!isEntry(entry)) throw broken(`its "${name}" is no array`);
  const type = TYPES[entry.dtype];
  const [begin = 0, end = 0] = entry.data_offsets;
  const whole = begin >= 0 && begin <= end && end <= data.length;
  if (!whole || (end - begin) % type.BYTES_PER_ELEMENT !== 0)
    throw broken(`its "${name}" is not there`);
  return new type(data.slice(begin, end).buffer);
}

/** Reads arrays in the format safetensors. @throws CHECKPOINT_INVALID where the bytes are not whole */
export function readSafetensors(bytes: Uint8Array): Safetensors {
  const { header, end } = headerOf(bytes);
  const data = bytes.subarray(end);
  const { [METADATA]: metadata = {}, ...entries } = header;
  const arrays = Object.entries(entries).map(
    ([name, entry]) => [name, arrayOf(name, entry, data)] as const,
  );
  return { arrays: new Map(arrays), metadata: metadata as Record<string, string> };
}
