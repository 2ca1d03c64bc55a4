import { expect } from "vitest";
import type { NamedExamples, SignalSource } from "../contracts/signal-source.js";
import type { Signals } from "../contracts/signals.js";
import type { Part } from "../plugin/part.js";
import { Registry } from "../plugin/registry.js";
import { describeLaws } from "./describe-laws.js";
import { expectRemembers } from "./expect-remembers.js";
import type { Law } from "./law.js";
import { setUpPart } from "./set-up-part.js";
import { withoutGlobalRandomness } from "./without-global-randomness.js";

/** A source of signals under test, for a dataset of `size` examples. */
export interface SignalSubject {
  readonly part: Part<"signal">;
  readonly registry: Registry;
  readonly size: number;
}

function labelsOf({ size }: Pick<SignalSubject, "size">): Int32Array {
  return Int32Array.from({ length: size }, (_, id) => id % 4);
}

function start({ part, registry, size }: SignalSubject): SignalSource {
  const source = setUpPart(part, { registry }).role;
  source.bind?.({ size, labels: labelsOf({ size }) });
  return source;
}

/** The last example, the first, one between and the first again. */
function examplesOf({ size }: SignalSubject): NamedExamples {
  return {
    ids: Uint32Array.of(size - 1, 0, Math.floor(size / 2), 0),
    keys: new Uint32Array(4),
  };
}

async function computeAll(source: SignalSource, examples: NamedExamples): Promise<Signals> {
  return source.compute([...source.signals.keys()], examples);
}

const shape: Law<SignalSubject> = {
  name: "gives each example equally many numbers, all of them finite",
  check: async (subject) => {
    const source = start(subject);
    expect(source.signals.size).toBeGreaterThan(0);
    const signals = await computeAll(source, examplesOf(subject));
    for (const name of source.signals.keys()) {
      const values = signals[name] ?? expect.fail(`"${name}" is missing`);
      expect(values).toBeInstanceOf(Float32Array);
      expect(values.length > 0 && values.length % 4 === 0).toBe(true);
      expect(values.every(Number.isFinite)).toBe(true);
    }
  },
};

const identity: Law<SignalSubject> = {
  name: "gives the same numbers for the same id and key, in any company",
  check: async (subject) => {
    const source = start(subject);
    const { ids, keys } = examplesOf(subject);
    const together = await computeAll(source, { ids, keys });
    for (let row = 0; row < ids.length; row++) {
      const one = { ids: ids.slice(row, row + 1), keys: keys.slice(row, row + 1) };
      const alone = await computeAll(source, one);
      for (const [name, values] of Object.entries(together)) {
        const width = values.length / ids.length;
        expect(values.slice(row * width, (row + 1) * width)).toEqual(alone[name]);
      }
    }
  },
};

const obedience: Law<SignalSubject> = {
  name: "computes what it is asked for, and nothing else",
  check: async (subject) => {
    const source = start(subject);
    for (const name of source.signals.keys()) {
      const signals = await source.compute([name], examplesOf(subject));
      expect(Object.keys(signals)).toEqual([name]);
    }
  },
};

const ownership: Law<SignalSubject> = {
  name: "leaves ids and keys as they are, and gives numbers that the caller may change",
  check: async (subject) => {
    const source = start(subject);
    const examples = examplesOf(subject);
    const kept = structuredClone(examples);
    const signals = await computeAll(source, examples);
    const first = structuredClone(signals);
    for (const values of Object.values(signals)) values.fill(-1);
    expect(examples).toEqual(kept);
    expect(await computeAll(source, examples)).toEqual(first);
  },
};

const memory: Law<SignalSubject> = {
  name: "gives the same numbers whatever it has computed before, but for what is in its state",
  check: (subject) =>
    expectRemembers({
      start: () => {
        const bench = setUpPart(subject.part, subject);
        bench.role.bind?.({ size: subject.size, labels: labelsOf(subject) });
        return bench;
      },
      act: (source) => computeAll(source, examplesOf(subject)),
      others: async (source) => {
        for (let id = 0; id < subject.size; id++)
          await computeAll(source, { ids: Uint32Array.of(id), keys: Uint32Array.of(1) });
      },
    }),
};

const globals: Law<SignalSubject> = {
  name: "draws no global randomness",
  check: (subject) =>
    withoutGlobalRandomness(() => computeAll(start(subject), examplesOf(subject))),
};

/** What must be true of every source of signals. */
export const signalLaws: readonly Law<SignalSubject>[] = [
  shape,
  identity,
  obedience,
  ownership,
  memory,
  globals,
];

/** Holds a source of signals to its contract, a test for each law: `describeSignal(byId({ … }))`. `size` is N, default 16. */
export function describeSignal(
  part: Part<"signal">,
  options: Partial<Omit<SignalSubject, "part">> = {},
): void {
  const subject = { part, registry: new Registry([]), size: 16, ...options };
  describeLaws(`signal "${part.name}"`, signalLaws, subject);
}
