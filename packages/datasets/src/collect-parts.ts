import { UnequalError, type HostArray } from "@unequal/core";
import type { ColumnsInput } from "./arrays.js";
import { ONLY, type Parts } from "./row-parts.js";

/** Where an element of a stream stands, and whether it is a batch of rows. */
interface Place {
  readonly at: number;
  readonly batched: boolean;
}

/** Collects the inputs, the targets or the weights of a stream. */
export interface PartCollector {
  /** Adds those of a row, or of a batch of rows. @throws DATASET_INVALID naming the row if they are unlike the first */
  readonly add: (parts: Parts, place: Place) => void;
  /** Joins what was collected into columns [size, …]. */
  readonly columns: (size: number) => ColumnsInput;
}

function checkSame(now: string, first: string, what: string): void {
  if (now === first) return;
  throw new UnequalError(
    "DATASET_INVALID",
    `Rows must be alike, but ${what} has ${now} after ${first}. Pad, cut or fill it.`,
  );
}

function join(parts: readonly HostArray[]): HostArray["data"] {
  const length = parts.reduce((sum, { data }) => sum + data.length, 0);
  const out = parts.every(({ data }) => data instanceof Int32Array)
    ? new Int32Array(length)
    : new Float32Array(length);
  let offset = 0;
  for (const { data } of parts) {
    out.set(data, offset);
    offset += data.length;
  }
  return out;
}

/** Creates a collector that has nothing yet. */
export function collectParts(): PartCollector {
  const pieces = new Map<
    string,
    { readonly shape: readonly number[]; readonly parts: HostArray[] }
  >();
  let names: string | undefined;
  const addPart = (name: string, part: HostArray, { at, batched }: Place): void => {
    const shape = batched ? part.shape.slice(1) : part.shape;
    const known = pieces.get(name) ?? { shape, parts: [] };
    checkSame(`[${shape.join(", ")}]`, `[${known.shape.join(", ")}]`, `"${name}" of row ${at}`);
    known.parts.push(part);
    pieces.set(name, known);
  };
  return {
    add: (parts, place) => {
      const now = `(${Object.keys(parts).sort().join(", ")})`;
      checkSame(now, (names ??= now), `row ${place.at}`);
      for (const [name, part] of Object.entries(parts)) addPart(name, part, place);
    },
    columns: (size) => {
      const joined = [...pieces].map(
        ([name, { shape, parts }]) =>
          [name, { data: join(parts), shape: [size, ...shape] }] as const,
      );
      const [only] = joined;
      // a list of columns, which has its places as names
      if (joined.length > 0 && joined.every(([name], place) => name === String(place)))
        return joined.map(([, column]) => column);
      return joined.length === 1 && only?.[0] === ONLY ? only[1] : Object.fromEntries(joined);
    },
  };
}
