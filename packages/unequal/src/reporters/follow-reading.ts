import type { Clock, Dataset } from "@unequal/core";
import { barText } from "./bar-text.js";
import type { LiveLine } from "./live-line.js";

/** Told how many examples of a dataset have been read. */
export type ReadingListener = (read: number) => void;

/** What is done at each reading. */
interface Following {
  readonly listener: ReadingListener;
  /** Waited for before examples are read. */
  readonly breathe: () => Promise<void> | undefined;
}

/** Returns the same dataset, which tells how many of its examples have been read: so far is what walks over it. */
export function followReading(dataset: Dataset, { listener, breathe }: Following): Dataset {
  let read = 0;
  const { name, size, fixed } = dataset;
  return {
    ...(name !== undefined && { name }),
    ...(fixed !== undefined && { fixed }),
    size,
    take: async (ids, keys) => {
      listener(read);
      read += ids.length;
      await breathe();
      return dataset.take(ids, keys);
    },
    labels: () => dataset.labels?.(),
  };
}

const counted = (count: number): string => count.toLocaleString("en-US");

/** Makes a listener that shows a bar. */
export function readingBar(line: LiveLine, what: string, size: number): ReadingListener {
  const text = barText();
  return (read) =>
    line.draw((width) => {
      const fields = [
        { text: `${counted(read)} of ${counted(size)}`, rank: 0 },
        { text: what, rank: 1 },
      ];
      return text(size === 0 ? 0 : read / size, fields, width);
    });
}

const INTERVAL = 5000;

/** Makes a listener that writes a line every five seconds, for where there is no terminal. */
export function readingLines(
  write: (line: string) => void,
  what: string,
  { size, clock }: { readonly size: number; readonly clock: Clock },
): ReadingListener {
  let told = clock.now();
  return (read) => {
    if (clock.now() - told < INTERVAL) return;
    told = clock.now();
    write(`${counted(read)} of ${counted(size)} ${what}`);
  };
}
