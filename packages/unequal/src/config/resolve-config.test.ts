import { presampleOf, tau } from "@unequal/core";
import { describe, expect, test } from "vitest";
import { checkConfig } from "../options/command-options.js";
import { resolveConfig } from "./resolve-config.js";
import type { UnequalConfig } from "../options/command-options.js";

const resolve = (config: UnequalConfig, flags: UnequalConfig = {}) =>
  resolveConfig({ layers: [config], file: undefined }, flags, process.cwd());

const around = async (config: UnequalConfig, flags: UnequalConfig = {}) => {
  const { sampler, scorer, weighting, gate } = await resolve(config, flags);
  return [sampler.name, scorer?.name, weighting.name, gate?.name];
};

describe("defaults", () => {
  test("of the run", async () => {
    const config = await resolve({});
    const names = [
      config.backend,
      config.model,
      config.dataset,
      config.estimator,
      config.optimizer,
    ];
    expect(names.map(({ name }) => name)).toEqual(["wasm", "mlp", "mnist", "plain", "adam"]);
    expect(config).toMatchObject({
      batchSize: 128,
      budget: { seconds: 60 },
      lrSchedule: { cosine: [1, 0] },
      seed: 0,
    });
    expect([config.presample, config.out]).toEqual([undefined, undefined]);
  });

  test("follow the sampler", async () => {
    expect(await around({})).toEqual(["proportional", "upper-bound", "unbiased", "tau"]);
    expect(await around({ sampler: "uniform" })).toEqual([
      "uniform",
      undefined,
      "unbiased",
      "never",
    ]);
    expect(await around({ sampler: "online-batch-selection" })).toEqual([
      "online-batch-selection",
      undefined,
      "none",
      "always",
    ]);
    expect(
      await around({ sampler: { name: "additive", of: "proportional", constant: 1 } }),
    ).toEqual(["additive", "upper-bound", "unbiased", "tau"]);
  });

  test("follow a sampler that mines: its estimator, and no loss of the model's own", async () => {
    for (const [sampler, estimator] of [
      ["semi-hard", "triplet"],
      ["hard-pairs", "contrastive"],
    ] as const) {
      expect(await around({ sampler })).toEqual([sampler, undefined, "none", "always"]);
      const config = await resolve({ model: "embedding", sampler });
      expect([config.estimator.name, config.loss]).toEqual([estimator, "none"]);
    }
    expect((await resolve({ sampler: "top-loss" })).loss).toBe("logits");
    expect(await around({ sampler: "top-loss" })).toEqual(["top-loss", "loss", "none", "always"]);
    const chosen = await resolve({ sampler: "semi-hard", loss: "as-compiled" });
    expect(chosen.loss).toBe("as-compiled");
  });

  test("score by the faster way, of three candidates for a row, at most the data", async () => {
    const scored = async (config: UnequalConfig, size = 1000) => {
      const resolved = await resolve({ batchSize: 32, ...config });
      return [resolved.scoring, presampleOf(resolved, size)];
    };
    expect(await scored({})).toEqual(["auto", 96]);
    expect(await scored({ scoring: { name: "background", age: 2 } })).toEqual([
      { name: "background", age: 2 },
      96,
    ]);
    expect(await scored({ scoring: "inline" })).toEqual(["inline", 96]);
    expect(await scored({ scoring: "inline" }, 80)).toEqual(["inline", 80]);
    expect(await scored({ scoring: "inline", presample: 64 })).toEqual(["inline", 64]);
  });

  test("leave nothing to the clock where costs are given, or the gate needs none", async () => {
    for (const config of [
      { costs: { backward: 2 } },
      { gate: "always" },
      { gate: { name: "tau", costs: { backward: 2 } } },
    ] as const)
      expect(await resolve(config)).toMatchObject({ scoring: "inline" });
    expect(await resolve({ gate: { name: "all", of: ["always", "tau"] } })).toMatchObject({
      scoring: "auto",
    });
  });
});

describe("flags", () => {
  test("win over the file", async () => {
    const file: UnequalConfig = { scorer: "loss", seed: 3, epochs: 2, batchSize: 64 };
    const config = await resolve(file, { scorer: "gradient-norm", maxSteps: 7 });
    expect(config.scorer?.name).toBe("gradient-norm");
    expect(config).toMatchObject({ seed: 3, batchSize: 64, budget: { updates: 7 } });
    expect(config.budget.epochs).toBeUndefined();
  });

  test("that name a sampler without scores leave out what the file chose for its own", async () => {
    const file: UnequalConfig = { scorer: "loss", gate: "warm-up", costs: { backward: 2 } };
    expect(await around(file, { sampler: "uniform" })).toEqual([
      "uniform",
      undefined,
      "unbiased",
      "never",
    ]);
  });
});

describe("costs", () => {
  test("of a replica may be given in a file too", () => {
    const given = { costs: { score: 0.1, step: 3, background: 2 } };
    expect(checkConfig("unequal.config.json", given)).toEqual(given);
  });

  test("become an option of the gate", async () => {
    const { gate } = await resolve({ costs: { backward: 2 } });
    expect(gate?.given).toEqual({ costs: { backward: 2 } });
    const named = await resolve({
      gate: { name: "tau", dwell: 3 },
      costs: { score: 2, step: 1 },
    });
    expect(named.gate?.given).toEqual({ dwell: 3, costs: { score: 2, step: 1 } });
  });

  test("are refused by a gate that weighs none, and with a gate made in code", async () => {
    await expect(resolve({ gate: "always", costs: { backward: 2 } })).rejects.toMatchObject({
      code: "OPTION_INVALID",
    });
    await expect(resolve({ gate: tau(), costs: { backward: 2 } })).rejects.toMatchObject({
      code: "OPTION_INVALID",
    });
  });
});

describe("sizes", () => {
  const sized = async (config: UnequalConfig, flags: UnequalConfig = {}) => {
    const { sizer } = await resolve(config, flags);
    return [sizer?.name, sizer?.given];
  };

  test("are fixed by default", async () => {
    expect(await sized({})).toEqual(["fixed", {}]);
    expect(await sized({ sizer: "constant-time" })).toEqual(["constant-time", {}]);
    expect(await sized({ presample: 256 }, { sizer: "constant-variance" })).toEqual([
      "constant-variance",
      {},
    ]);
  });

  test("go by the costs that are given, where the sizer weighs them", async () => {
    const costs = { backward: 3 };
    expect(await sized({ sizer: "constant-time", costs })).toEqual(["constant-time", { costs }]);
    expect(await sized({ sizer: { name: "constant-time", ratio: 0.4 }, costs })).toEqual([
      "constant-time",
      { ratio: 0.4, costs },
    ]);
    expect(await sized({ sizer: "constant-variance", costs })).toEqual(["constant-variance", {}]);
    const config = await resolve({ gate: "always", sizer: "constant-time", costs });
    expect([config.gate?.given, config.sizer?.given]).toEqual([{}, { costs }]);
  });

  test("are left out with a flag that names a sampler without scores", async () => {
    expect(await sized({ sizer: "constant-time" }, { sampler: "uniform" })).toEqual(["fixed", {}]);
  });
});

describe("the rate", () => {
  const rated = async (config: UnequalConfig, flags: UnequalConfig = {}) =>
    (await resolve(config, flags)).rate?.name;

  test("follows the batch by default where the gate goes by the gain and weights and estimator allow", async () => {
    expect(await rated({})).toBe("effective-batch");
    expect(await rated({ rate: "fixed" })).toBe("fixed");
    for (const config of [
      { gate: "always" },
      { weighting: "none" },
      { estimator: "svrg" },
      { sampler: "uniform" },
      { sampler: "history" },
    ])
      expect(await rated(config)).toBe("fixed");
  });

  test("is left out with a flag that names a sampler without scores", async () => {
    expect(await rated({ gate: "always", rate: "effective-batch" })).toBe("effective-batch");
    expect(await rated({ rate: "effective-batch" }, { sampler: "uniform" })).toBe("fixed");
  });
});

test("an unknown name is a coded error with a suggestion", async () => {
  await expect(resolve({ sampler: "propotional" })).rejects.toMatchObject({
    code: "UNKNOWN_NAME",
    message: expect.stringContaining('did you mean "proportional"'),
  });
});
