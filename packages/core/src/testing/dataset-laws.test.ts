import { describe, test } from "vitest";
import type { Dataset } from "../contracts/dataset.js";
import { datasetLaws } from "./dataset-laws.js";
import { expectBroken } from "./expect-broken.js";
import { toyDataset } from "./toy-dataset.js";

describe("dataset laws", () => {
  const honest = toyDataset({ jitter: 0.1 });

  const faults: readonly (readonly [string, Dataset, string])[] = [
    [
      "gives other rows in other company",
      {
        ...honest,
        take: (ids, keys) => honest.take(ids.length > 1 ? ids : Uint32Array.of(1), keys),
      },
      "in any company",
    ],
    [
      "hands out its own arrays",
      (() => {
        const once = honest.take(Uint32Array.of(63, 0, 32, 0), new Uint32Array(4));
        return {
          ...honest,
          take: (ids, keys) =>
            keys.some((key) => key > 0) || ids.length < 4 ? honest.take(ids, keys) : once,
        };
      })(),
      "arrays that the caller may change",
    ],
    [
      "is short of a row",
      { ...honest, take: (ids, keys) => honest.take(ids.slice(1), keys.slice(1)) },
      "as many rows",
    ],
    [
      "is another one where it is made anew",
      {
        ...honest,
        portable: {
          module:
            "data:text/javascript,export default (data) => ({ size: data.size, take: () => ({}) })",
          data: { size: honest.size },
        },
      },
      "made anew",
    ],
    ["is short of a label", { ...honest, labels: () => new Int32Array(63) }, "one class"],
    [
      "augments by chance",
      {
        ...honest,
        take: async (ids, keys) => {
          const host = await honest.take(ids, keys);
          const [inputs] = Object.values(host.inputs);
          inputs?.data.forEach((value, at) => (inputs.data[at] = value + Math.random()));
          return host;
        },
      },
      "global randomness",
    ],
  ];

  test.each(faults)("catch a dataset that %s", async (_, faulty, fragment) => {
    await expectBroken(datasetLaws, () => faulty, fragment);
  });
});
