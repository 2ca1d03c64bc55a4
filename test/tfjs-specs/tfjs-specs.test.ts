import "@tensorflow/tfjs-backend-wasm";
import { installWasmTraining } from "@unequal/wasm-training";
import { beforeAll, describe, expect, test } from "vitest";
import { EXCLUSIONS } from "./exclusions.js";
import { judgeSpecs } from "./judge-specs.js";
import { runSpecs, type SpecResult } from "./run-specs.js";

/** tfjs's specs of the operations that our kernels serve, and of what is made of them. */
const SPEC_FILES = [
  "ops/avg_pool",
  "ops/basic_lstm_cell",
  "ops/batchnorm",
  "ops/clone",
  "ops/conv1d",
  "ops/conv2d",
  "ops/conv2d_separable",
  "ops/conv2d_transpose",
  "ops/depthwise_conv2d",
  "ops/einsum",
  "ops/dropout",
  "ops/fused/fused_conv2d",
  "ops/fused/fused_depthwise_conv2d",
  "ops/fused/fused_mat_mul",
  "ops/gather",
  "ops/log_softmax",
  "ops/losses/softmax_cross_entropy",
  "ops/mat_mul",
  "ops/max_pool",
  "ops/max_pool_with_argmax",
  "ops/moments",
  "ops/multi_rnn_cell",
  "ops/mean",
  "ops/pool",
  "ops/relu",
  "ops/slice",
  "ops/slice1d",
  "ops/slice2d",
  "ops/slice3d",
  "ops/slice4d",
  "ops/softmax",
  "ops/sum",
  "ops/tile",
  "ops/transpose",
  "ops/unsorted_segment_sum",
  "gradients",
  "optimizers/adam_optimizer",
  "optimizers/momentum_optimizer",
  "optimizers/rmsprop_optimizer",
];

describe("tfjs's own specs on wasm with our kernels", () => {
  const results: SpecResult[] = [];

  beforeAll(async () => {
    installWasmTraining();
    for (const file of SPEC_FILES) results.push(...(await runSpecs(file)));
    console.log(judgeSpecs(results, EXCLUSIONS).summary);
  }, 120_000);

  test.each(SPEC_FILES)("%s", (file) => {
    const ofFile = results.filter(({ spec }) => spec.startsWith(`${file}: `));
    expect(ofFile.length).toBeGreaterThan(0);
    expect(judgeSpecs(ofFile, EXCLUSIONS).failed).toEqual([]);
  });

  test("no exclusion covers a spec that passes", () => {
    expect(judgeSpecs(results, EXCLUSIONS).mended).toEqual([]);
  });

  test("every exclusion explains a spec that fails", () => {
    expect(judgeSpecs(results, EXCLUSIONS).stale).toEqual([]);
  });
});

describe("a verdict", () => {
  const exclusion = { specs: /conv/, error: /NCHW/, reason: "channels last only" };
  const failing = (spec: string, message: string) => ({ spec, passed: false, message });

  test("excuses a spec by name and error alike", () => {
    const known = failing("conv a", "no NCHW");
    const other = failing("conv b", "arrays differ\nat 0");
    const verdict = judgeSpecs([known, other], [exclusion]);
    expect(verdict).toMatchObject({ failed: ["conv b - arrays differ"], mended: [], stale: [] });
    expect(verdict.summary).toBe(
      "2 of tfjs's own specs ran: 0 passed, 1 failed, 1 excluded\n     1 excluded: channels last only",
    );
  });

  test("names exclusions that are out of date", () => {
    const passing = { spec: "conv a", passed: true, message: "" };
    const verdict = judgeSpecs([passing], [exclusion]);
    expect(verdict).toMatchObject({ failed: [], mended: ["conv a"], stale: [exclusion] });
  });
});
