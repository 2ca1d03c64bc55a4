import type { Sampler } from "@unequal/core";
import { setUpPart, toyProgress } from "@unequal/core/testing";
import { expect, test } from "vitest";
import { batchHard, history, laber, lipschitz } from "../index.js";

const facts = { size: 40, labels: Int32Array.from({ length: 40 }, (_, id) => id % 4) };

function bound(part: ReturnType<typeof batchHard>): Sampler {
  const { role } = setUpPart(part);
  role.bind?.(facts);
  return role;
}

test("a miner asks for what the sampler inside asks for", () => {
  const refreshing = bound(batchHard({ of: history({ recompute: "10up" }) }));
  expect(refreshing.refresh?.(toyProgress(10))?.length).toBe(40);
  expect(bound(batchHard({ of: lipschitz() })).prepare).toBeDefined();
});

test("laber does not take a miner for its first stage", () => {
  expect(() => setUpPart(laber({ of: batchHard() }))).toThrow(
    expect.objectContaining({ code: "OPTION_INVALID" }) as Error,
  );
});
