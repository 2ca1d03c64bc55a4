import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { fileURLToPath } from "node:url";

/** Flights of the United States, as rows of 44 features. */
export interface Flights {
  readonly rows: number;
  readonly features: number;
  /** [rows, features]: hour, weekday and month of the departure, one of 24, 7 and 12, and the distance in 1,000 miles. */
  readonly x: Float32Array;
  /** [rows, 1]: 1 where the flight was over 15 minutes late. */
  readonly y: Float32Array;
}

const PARTS = [24, 7, 12] as const;
const FEATURES = PARTS[0] + PARTS[1] + PARTS[2] + 1;
const LATE = 15;

interface Row {
  readonly date: Date;
  readonly delay: bigint;
  readonly distance: bigint;
}

/** Reads every so-manieth of the 3,000,000 flights of `vega-datasets`, from a first one on. */
export async function readFlights(first: number, every: number): Promise<Flights> {
  const url = new URL("../data/flights-3m.parquet", import.meta.resolve("vega-datasets"));
  const file = await asyncBufferFromFile(fileURLToPath(url));
  const columns = ["date", "delay", "distance"];
  const all = (await parquetReadObjects({ file, compressors, columns })) as unknown as Row[];
  const taken = all.filter((_, at) => at % every === first);
  const x = new Float32Array(taken.length * FEATURES);
  taken.forEach(({ date, distance }, at) => {
    let start = at * FEATURES;
    [date.getUTCHours(), date.getUTCDay(), date.getUTCMonth()].forEach((value, part) => {
      x[start + value] = 1;
      start += PARTS[part] as number;
    });
    x[start] = Number(distance) / 1000;
  });
  const y = Float32Array.from(taken, ({ delay }) => Number(Number(delay) > LATE));
  return { rows: taken.length, features: FEATURES, x, y };
}
