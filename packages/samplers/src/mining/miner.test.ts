import type { Sampler } from "@unequal/core";
import { setUpPart, toyProgress } from "@unequal/core/testing";
import { expect, test } from "vitest";
import { batchHard, everyN, laber, lipschitz } from "../index.js";

const facts = { size: 40, labels: Int32Array.from({ length: 40 }, (_, id) => id % 4) };

function bound(part: ReturnType<typeof batchHard>): Sampler {
  const { role } = setUpPart(part);
  role.bind?.(facts);
  return role;
}

test("a miner asks for what the sampler inside asks for", () => {
  const refreshing = bound(batchHard({ of: everyN({ candidates: 8 }) }));
  expect(refreshing.refresh?.(toyProgress(0))?.length).toBe(8);
  expect(bound(batchHard({ of: lipschitz() })).prepare).toBeDefined();
});

test("laber does not take a miner for its first stage", () => {
  expect(() => setUpPart(laber({ of: batchHard() }))).toThrow(
    expect.objectContaining({ code: "OPTION_INVALID" }) as Error,
  );
});
