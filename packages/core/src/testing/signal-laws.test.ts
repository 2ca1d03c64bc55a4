import { expect, test } from "vitest";
import type { NamedExamples, SignalSource } from "../contracts/signal-source.js";
import { defineSignal } from "../plugin/part.js";
import { Registry } from "../plugin/registry.js";
import { expectBroken } from "./expect-broken.js";
import { brokenLaws } from "./law.js";
import { signalLaws, type SignalSubject } from "./signal-laws.js";

const SIGNALS: SignalSource["signals"] = new Map([
  ["parity", "free"],
  ["powers", "paid"],
]);

/** Offers the parity of each id, and its square and cube as a vector, honestly but for what `wrong` replaces. */
function subject({ signals = SIGNALS, ...wrong }: Partial<SignalSource> = {}): SignalSubject {
  const values: SignalSource["compute"] = (names, { ids }) => {
    const parity = Float32Array.from(ids, (id) => id % 2);
    const powers = Float32Array.from([...ids].flatMap((id) => [id ** 2, id ** 3]));
    return Object.fromEntries(
      names.map((name) => [name, (name === "parity" ? parity : powers).slice()]),
    );
  };
  const part = defineSignal({
    name: "subject",
    summary: "Test.",
    facts: { signals },
    setup: () => ({
      compute: values,
      ...wrong,
    }),
  })();
  return { part, registry: new Registry([]), size: 16 };
}

test("an honest source breaks no law", async () => {
  expect(await brokenLaws(signalLaws, subject())).toEqual([]);
});

const kept = new Float32Array(4).fill(2);
const parityOf = ({ ids }: NamedExamples): Float32Array => Float32Array.from(ids, (id) => id % 2);

test.each<[string, SignalSource["compute"], string]>([
  [
    "a number is none",
    (_, examples) => ({ parity: parityOf(examples).fill(NaN) }),
    "equally many numbers",
  ],
  [
    "the place in the pool decides",
    (_, { ids }) => ({ parity: Float32Array.from(ids, (_id, row) => row) }),
    "in any company",
  ],
  [
    "it gives more than it is asked for",
    (_, examples) => ({ parity: parityOf(examples), more: parityOf(examples) }),
    "nothing else",
  ],
  [
    "it gives an array of its own",
    (_, { ids }) => ({ parity: kept.subarray(0, ids.length) }),
    "the caller may change",
  ],
  [
    "it draws from Math.random",
    (_, examples) => ({ parity: parityOf(examples).fill(Math.random()) }),
    "global randomness",
  ],
])("a law is broken where %s", async (_, compute, fragment) => {
  const one = subject({ signals: new Map([["parity", "free"]]), compute });
  await expectBroken(signalLaws, one, fragment);
});
