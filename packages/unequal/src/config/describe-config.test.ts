import { proportional } from "@unequal/samplers";
import { mlp } from "@unequal/backends";
import { defineOptimizer, defineSampler, stateless } from "@unequal/core";
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

/** An optimizer that no name stands for. */
const inCode = defineOptimizer({
  name: "mine",
  summary: "Test.",
  setup: () => ({ build: () => expect.fail() }),
});

test("what is written is a configuration, and resolves to itself", async () => {
  const first = await written({
    sampler: { name: "additive", of: proportional({ draw: "multinomial" }), constant: 0.5 },
    model: { name: "mlp", hidden: [8] },
    maxSteps: 10,
    costs: { backward: 2 },
    sizer: "constant-time",
    seed: "a",
  });
  expect(first).toMatchObject({
    sizer: { name: "constant-time", costs: { backward: 2 } },
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

test.each<[string, UnequalConfig, UnequalConfig]>([
  ["a sampler without scores", { costs: { backward: 2 }, scorer: "loss" }, { sampler: "uniform" }],
  ["other costs", { costs: { backward: 2 } }, { costs: { score: 1, step: 3 } }],
])("what is laid over a file with parts in code resolves to itself: %s", async (_, own, flags) => {
  const base: UnequalConfig = { ...own, model: mlp({ hidden: [8] }), optimizer: inCode() };
  const file = "/home/me/work/unequal.config.ts";
  const loaded = { layers: [base], file };
  const resolved = await resolveConfig(loaded, flags, "/home/me/work");
  const first = describeConfig(resolved, loaded, "/home/me/work/runs/a");
  expect(first).toHaveProperty("extends");
  const { extends: _base, ...laid } = checkConfig("config.json", first);
  const layered = { layers: [base, laid], file };
  const again = await resolveConfig(layered, {}, "/home/me/work");
  expect(describeConfig(again, layered, "/home/me/work/runs/a")).toEqual(first);
});
