import { UnequalError, type Plain, type State } from "@unequal/core";

/** The arrays that a state may hold. */
export type StateArray = Uint8Array | Int32Array | Uint32Array | Float32Array | Float64Array;

/** A state as text and arrays: the text names the arrays by their places in it. */
export interface EncodedState {
  /** JSON; what JSON lacks is tagged. */
  readonly text: string;
  /** By place, such as `parts/learner/weights/0`. */
  readonly arrays: ReadonlyMap<string, StateArray>;
}

/** What the format calls what is no array. */
const RESERVED = "__metadata__";
/** The key of objects that stand for something else. */
const TAG = "$";

const NUMBERS: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Infinity,
  "-Infinity": -Infinity,
  "-0": -0,
};

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

function isArray(value: Plain): value is StateArray {
  return ArrayBuffer.isView(value);
}

function encodeNumber(value: number): Json {
  const name = Object.keys(NUMBERS).find((key) => Object.is(NUMBERS[key], value));
  return name === undefined ? value : { [TAG]: name };
}

function encode(value: Plain, place: string, arrays: Map<string, StateArray>): Json {
  if (value === undefined) return { [TAG]: "undefined" };
  if (typeof value === "number") return encodeNumber(value);
  if (value === null || typeof value !== "object") return value;
  if (isArray(value)) {
    let at = place;
    while (arrays.has(at) || at === RESERVED) at += "~";
    arrays.set(at, value);
    return { [TAG]: "array", at };
  }
  const inside = (key: string | number): string => (place === "" ? `${key}` : `${place}/${key}`);
  if (Array.isArray(value))
    return (value as readonly Plain[]).map((each, at) => encode(each, inside(at), arrays));
  const entries = Object.entries(value as Readonly<Record<string, Plain>>).map(
    ([key, each]) => [key, encode(each, inside(key.replaceAll("/", "~")), arrays)] as const,
  );
  const object = Object.fromEntries(entries);
  return TAG in object ? { [TAG]: "object", of: object } : object;
}

/** Writes a state as text and arrays, which are the state's own. */
export function encodeState(state: State): EncodedState {
  const arrays = new Map<string, StateArray>();
  const text = JSON.stringify(encode(state, "", arrays));
  return { text, arrays };
}

function broken(what: string): UnequalError {
  return new UnequalError("CHECKPOINT_INVALID", `A saved state must be whole, but ${what}.`);
}

type Decode = (value: Json) => Plain;

function decodeTagged(
  value: { readonly [key: string]: Json },
  arrays: EncodedState["arrays"],
  decode: Decode,
): Plain {
  const tag = value[TAG] as string;
  if (tag === "undefined") return undefined;
  if (tag in NUMBERS) return NUMBERS[tag];
  if (tag === "object")
    return decodeObject(value["of"] as { readonly [key: string]: Json }, decode);
  const array = arrays.get(value["at"] as string);
  if (tag !== "array" || array === undefined)
    throw broken(
      `it names "${value["at"] === undefined ? tag : JSON.stringify(value["at"])}", which is not there`,
    );
  return array;
}

function decodeObject(value: { readonly [key: string]: Json }, decode: Decode): Plain {
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, decode(each)]));
}

/** Reads a state from text and arrays, which become its own. @throws CHECKPOINT_INVALID */
export function decodeState({ text, arrays }: EncodedState): State {
  const decode: Decode = (value) => {
    if (value === null || typeof value !== "object") return value;
    if (Array.isArray(value)) return (value as readonly Json[]).map(decode);
    const object = value as { readonly [key: string]: Json };
    return TAG in object ? decodeTagged(object, arrays, decode) : decodeObject(object, decode);
  };
  let parsed: Json;
  try {
    parsed = JSON.parse(text) as Json;
  } catch (cause) {
    throw broken(`its text cannot be read: ${String(cause)}`);
  }
  return decode(parsed) as unknown as State;
}
