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

/** What was collected of one column. */
interface Piece {
  readonly name: string;
  readonly shape: readonly number[];
  readonly columns: HostArray[];
}

/** Tells whether names tell columns apart: those of a list, which are its places, say no more than their order. */
function areUnique(pieces: readonly Piece[]): boolean {
  const unique = new Set(pieces.map(({ name }) => name)).size === pieces.length;
  return unique && !pieces.every(({ name }, place) => name === String(place));
}

/** Creates a collector that has nothing yet. */
export function collectParts(): PartCollector {
  const pieces: Piece[] = [];
  let names: string | undefined;
  return {
    add: (parts, { at, batched }) => {
      const now = `(${parts.map(({ name }) => name).join(", ")})`;
      checkSame(now, (names ??= now), `row ${at}`);
      parts.forEach(({ name, column }, place) => {
        const shape = batched ? column.shape.slice(1) : column.shape;
        const { shape: first, columns } = (pieces[place] ??= { name, shape, columns: [] });
        checkSame(`[${shape.join(", ")}]`, `[${first.join(", ")}]`, `"${name}" of row ${at}`);
        columns.push(column);
      });
    },
    columns: (size) => {
      const joined = pieces.map(
        ({ name, shape, columns }) =>
          [name, { data: join(columns), shape: [size, ...shape] }] as const,
      );
      const [only] = joined;
      if (joined.length === 1 && only?.[0] === ONLY) return only[1];
      return areUnique(pieces) ? Object.fromEntries(joined) : joined.map(([, column]) => column);
    },
  };
}
