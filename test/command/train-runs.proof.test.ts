import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readEvents } from "./events-file.js";
import { BIN, lastLine, runCommand } from "./run-command.js";
import { TINY, workplace, type Workplace } from "./workplace.js";

let place: Workplace;
beforeAll(() => {
  place = workplace({
    "unequal.config.json": { ...TINY, gate: { name: "warm-up", updates: 20 } },
    "endless.json": { ...TINY, maxSteps: 10_000_000 },
  });
});
afterAll(() => place.dispose());

test.each([
  ["--sampler", "uniform"],
  ["--sampler", "online-batch-selection"],
  ["--estimator", "svrg"],
  ["--estimator", "saga"],
  ["--estimator", "scsg"],
  ["--model", "linear", "--estimator", "saga"],
  ["--estimator", "katyusha", "--learning-rate", "0.1"],
  ["--scorer", "loss"],
  ["--backend", "cpu"],
  ["--optimizer", "momentum"],
  ["--weighting", "biased-k"],
  ["--sizer", "constant-time"],
  ["--sizer", "constant-time", "--gate", "total-variation"],
])("%s %s trains", async (...flags) => {
  const { code, stdout, stderr } = await runCommand(
    ["train", "--json", "--quiet", "--max-steps", "30", ...flags],
    place.folder,
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(lastLine(stdout)["steps"]).toBe(30);
  expect(lastLine(stdout).testLoss).toBeLessThan(2.3);
});

/** Begins an endless run in the folder `cut`, and sends it a signal once it has made a step. */
async function cutOff(signal: NodeJS.Signals): Promise<{ code: unknown; stdout: string }> {
  const events = place.file("cut/events.jsonl");
  rmSync(events, { force: true });
  const flags = ["train", "endless.json", "--out", "cut", "--overwrite"];
  const child = spawn(process.execPath, [BIN, ...flags], { cwd: place.folder });
  let stdout = "";
  child.stdout.on("data", (text: Buffer) => (stdout += text.toString()));
  while (!existsSync(events) || !readFileSync(events, "utf8").includes("step:end")) await wait(50);
  child.kill(signal);
  const code = await new Promise((resolve) => child.on("close", resolve));
  return { code, stdout };
}

/** Tells how `unequal evaluate` finds the folder `cut`. */
async function evaluated(): Promise<string> {
  const { code, stdout, stderr } = await runCommand(["evaluate", "cut"], place.folder);
  expect(code).toBe(stderr === "" ? 0 : 1);
  return `${stdout}${stderr}`;
}

test("SIGINT ends a run cleanly; one that dies in its folder leaves no model, and that is told", async () => {
  const { code, stdout } = await cutOff("SIGINT");
  expect(code).toBe(130);
  expect(stdout).toContain("Go on with: unequal train --resume cut");
  const events = readEvents(place.file("cut/events.jsonl"));
  expect(events.map(({ type }) => type)).toContain("run:end");
  expect(existsSync(place.file("cut/weights.bin"))).toBe(true);
  expect(await evaluated()).toContain("mlp on mnist: test loss");

  const refused = ["train", "--out", "cut", "--overwrite", "--batch-size", "9999"];
  expect((await runCommand(refused, place.folder)).stderr).toContain("DATASET_TOO_SMALL");
  expect(await evaluated()).toContain("mlp on mnist: test loss");

  await cutOff("SIGKILL");
  expect(readdirSync(place.file("cut")).sort()).toEqual([
    ...["checkpoints", "config.json", "events.jsonl", "lock.json", "run.json"],
  ]);
  expect(await evaluated()).toMatch(/OUTPUT_FAILED .+ has left none: it goes on, or was killed/);

  const diverging = ["--optimizer", "sgd", "--learning-rate", "1e38", "--quiet"];
  await runCommand(["train", "--out", "cut", "--overwrite", ...diverging], place.folder);
  expect(await evaluated()).toMatch(/OUTPUT_FAILED .+ it was ended by LOSS_NOT_FINITE/);
});
