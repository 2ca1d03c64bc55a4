import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test, vi } from "vitest";
import { threadEntry } from "./thread-entry.js";

afterEach(() => {
  vi.unstubAllGlobals();
});

test("under a test runner, which transforms source by itself, a thread runs the build", () => {
  const { file, execArgv } = threadEntry();
  expect(file).toBe(
    fileURLToPath(new URL("../../../dist/replica-thread/replica-worker.js", import.meta.url)),
  );
  expect(execArgv).toEqual(["--experimental-import-meta-resolve"]);
});

test("outside Node there are no threads", () => {
  vi.stubGlobal("process", undefined);
  expect(threadEntry).toThrow(expect.objectContaining({ code: "SCORING_UNAVAILABLE" }));
});

const PROGRAM = `
  import * as tf from "@tensorflow/tfjs";
  import { setUpPart } from "@unequal/core";
  import { createLearner, cpu } from "@unequal/backends";
  await setUpPart("backend", cpu()).start();
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });
  model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
  const column = (width) => ({ data: new Float32Array(width), shape: [1, width], dtype: "float32" });
  const take = () => ({ size: 1, inputs: [column(2)], targets: [column(1)] });
  const replica = await createLearner(model).replicate({ size: 1, take });
  replica.publish(7);
  const ids = new Uint32Array(1);
  replica
    .compute({ ids, keys: ids, signals: ["loss"] })
    .then(({ scoredAt }) => console.log(scoredAt, process.execArgv.length));`;

test(
  "a process lives on while a replica is at work, ends when it is idle, and prints nothing twice",
  {
    timeout: 120_000,
  },
  () => {
    const run = (...options: string[]) =>
      spawnSync(process.execPath, [...options, "--input-type=module", "-e", PROGRAM], {
        cwd: fileURLToPath(new URL("../../..", import.meta.url)),
        encoding: "utf8",
        timeout: 50_000,
      });
    expect(run()).toMatchObject({ status: 0, stdout: "7 3\n", stderr: "" });
    expect(run("--conditions", "x", "--max-old-space-size=2000")).toMatchObject({
      status: 0,
      stdout: "7 6\n",
      stderr: "",
    });
  },
);
