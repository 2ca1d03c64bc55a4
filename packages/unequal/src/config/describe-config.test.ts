import { proportional } from "@unequal/samplers";
import { defineSampler, stateless } from "@unequal/core";
import { expect, test } from "vitest";
import { describeConfig } from "./describe-config.js";
import { checkConfig } from "../options/command-options.js";
import { resolveConfig } from "./resolve-config.js";
import type { UnequalConfig } from "../options/command-options.js";

const written = async (config: UnequalConfig) => {
  const loaded = { layers: [config], file: "/home/me/work/unequal.config.ts" };
  const resolved = await resolveConfig(loaded, {}, "/home/me/work");
  return describeConfig(resolved, loaded, "/home/me/work/runs/a");
};

test("what is written is a configuration, and resolves to itself", async () => {
  const first = await written({
    sampler: { name: "additive", of: proportional({ draw: "multinomial" }), constant: 0.5 },
    model: { name: "mlp", hidden: [8] },
    maxSteps: 10,
    costs: { backward: 2 },
    sizer: "auto",
    seed: "a",
  });
  expect(first).toMatchObject({
    sizer: { name: "auto", costs: { backward: 2 } },
    sampler: {
      name: "additive",
      of: { name: "proportional", draw: "multinomial" },
      constant: 0.5,
    },
    gate: { name: "tau", costs: { backward: 2 } },
    maxSteps: 10,
  });
  expect(first).not.toHaveProperty("extends");
  const again = JSON.parse(JSON.stringify(first)) as unknown;
  expect(await written(checkConfig("config.json", again))).toEqual(first);
});

test("a part made in code is left to the file that made it, also where its name is taken", async () => {
  const mine = defineSampler({
    name: "proportional",
    summary: "Takes the first rows.",
    setup: () => ({
      ...stateless("mine"),
      select: (pool, count) => ({
        rows: Int32Array.from({ length: count }, (_, row) => row),
        planned: count,
        population: pool.ids.length,
      }),
    }),
  });
  const described = await written({ sampler: mine(), gate: "always" });
  expect(described).toMatchObject({ extends: "../../unequal.config.ts", gate: "always" });
  expect(described).not.toHaveProperty("sampler");
});
