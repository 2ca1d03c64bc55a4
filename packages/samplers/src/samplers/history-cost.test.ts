import { setUpPart, toyProgress } from "@unequal/core/testing";
import { createRandom } from "@unequal/core";
import { beforeEach, expect, test, vi } from "vitest";
import { history } from "./history.js";
import type * as FoldTrees from "../memory/fold-tree.js";

const counter = vi.hoisted(() => ({ looks: 0 }));

// Trees that count the numbers that are looked at.
vi.mock("../memory/fold-tree.js", async (original) => {
  const trees = await original<typeof FoldTrees>();
  const counted =
    <A extends unknown[], R>(of: (...given: A) => R) =>
    (...given: A): R => {
      counter.looks += 1;
      return of(...given);
    };
  return {
    ...trees,
    createFoldTree: (size: number, { empty, combine }: FoldTrees.Fold) => {
      const tree = trees.createFoldTree(size, { empty, combine: counted(combine) });
      const read = (nodes: Float64Array, key: string | symbol): unknown => Reflect.get(nodes, key);
      const nodes = new Proxy(tree.nodes, { get: counted(read) });
      return { ...tree, nodes, get: counted(tree.get), whole: counted(tree.whole) };
    },
  };
});

const b = 16;
const STEPS = 20;

/** Looks of each step, of a sampler over `size` examples that have all been seen. */
function looks(size: number): number {
  const { role: sampler } = setUpPart(history());
  const random = createRandom(size);
  sampler.bind?.({ size });
  const observe = (ids: Uint32Array): void => {
    const signals = { "upper-bound": Float32Array.from(ids, () => random.uniform()) };
    const coefficients = new Float32Array(ids.length).fill(1 / ids.length);
    sampler.observe?.({ ids, signals, coefficients, scoredAt: 0 });
  };
  observe(Uint32Array.from({ length: size }, (_, id) => id));
  counter.looks = 0;
  for (let step = 0; step < STEPS; step++) {
    const { rows } = sampler.propose?.(b, toyProgress(step)) ?? expect.fail("must propose");
    observe(Uint32Array.from(rows));
  }
  return counter.looks / STEPS;
}

beforeEach(() => void (counter.looks = 0));

test("a step costs O(b log N): it looks at a few numbers of each level, for each row", () => {
  for (const levels of [6, 10, 14]) {
    const each = looks(2 ** levels) / b;
    expect(each, `N = 2^${levels}`).toBeGreaterThan(levels);
    // Down one tree, three at a level, and up two or three, one at a level; and a few leaves and roots.
    expect(each, `N = 2^${levels}`).toBeLessThan(6 * levels + 24);
  }
});
