import { describe, expect, test } from "vitest";
import type { Behaviour } from "../plugin/facts.js";
import { defineSampler } from "../plugin/part.js";
import type { PartContext } from "../plugin/part.js";
import { Registry } from "../plugin/registry.js";
import { restored } from "../state/restored.js";
import { drawFrom, shares } from "./honest-sampler.js";
import { brokenLaws } from "./law.js";
import { samplerLaws } from "./sampler-laws.js";

function broken(
  setup: (context: PartContext) => Behaviour<"sampler">,
  proposes = true,
): Promise<string[]> {
  const part = defineSampler({
    name: "subject",
    summary: "Test.",
    unbiased: true,
    facts: { proposes, requires: ["loss"] },
    setup: (_, context) => setup(context),
  })();
  return brokenLaws(samplerLaws, { part, registry: new Registry([]) });
}

function named(fragment: string): string {
  const found = samplerLaws.filter(({ name }) => name.includes(fragment));
  return found.length === 1 ? (found[0]?.name ?? "") : expect.fail(`not one law: ${fragment}`);
}

const PROPOSES = named("proposes ids");
const PROPOSES_LATER = named("once it has observed");
const PROPOSES_FIRST = named("through the first pass");
const REFRESHES = named("asks to compute anew");

/** A first stage by latest loss + ½, honest but for what the options change. */
function proposer(
  { random }: PartContext,
  wrong: {
    readonly planned?: number;
    readonly stated?: boolean;
    readonly shift?: number;
    readonly refresh?: number;
  } = {},
): Behaviour<"sampler"> {
  let losses = new Float32Array(0);
  return {
    refresh: ({ update }) => (update === 3 ? Uint32Array.of(wrong.refresh ?? 15) : undefined),
    bind: ({ size }) => void (losses = new Float32Array(size)),
    propose: (count) => {
      const p = shares(losses.map((loss) => loss + 0.5));
      const stated = wrong.stated === false ? p.map(() => 1 / p.length) : p;
      const selection = drawFrom(p, stated, { count, uniform: random.uniform });
      const rows = selection.rows.map((row) => row + (wrong.shift ?? 0));
      return { ...selection, rows, planned: wrong.planned ?? count };
    },
    select: ({ ids: { length } }) => ({
      rows: Int32Array.from({ length }, (_, row) => row),
      expected: new Float64Array(length).fill(1),
      planned: length,
      population: length,
    }),
    observe: ({ ids, signals }) =>
      ids.forEach((id, row) => (losses[id] = signals.loss?.[row] as number)),
    state: () => ({ version: 1, losses: losses.slice() }),
    restore: (state) => {
      losses = restored<{ losses: typeof losses }>(state, 1, "proposer").losses;
    },
  };
}

describe("a first stage", () => {
  test("that is honest breaks no law", async () => {
    expect(await broken(proposer)).toEqual([]);
  });

  test.each([
    ["states uniform expectations", { stated: false }, [PROPOSES_LATER]],
    ["plans more than it proposes", { planned: 9 }, [PROPOSES]],
    ["counts ids from 1", { shift: 1 }, [PROPOSES, PROPOSES_LATER, PROPOSES_FIRST]],
    ["asks for an example that is not there", { refresh: 16 }, [REFRESHES]],
  ])("breaks a law if it %s", async (_, wrong, laws) => {
    expect(new Set(await broken((context) => proposer(context, wrong)))).toEqual(new Set(laws));
  });
});
