import { execFileSync, spawn, spawnSync, type ChildProcess } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createRandom } from "@unequal/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readEvents, withoutTimes } from "./events-file.js";
import { BIN, lastLine, runCommand } from "./run-command.js";
import { TINY, workplace, type Workplace } from "./workplace.js";

/** How many processes are killed; `npm run test:soak` kills 50. */
const KILLS = Number(process.env["UNEQUAL_KILLS"] ?? 11);
const STEPS = 240;
const background = { scoring: { name: "background", age: 2 } };

/** A run of each family of samplers, scored inline and in the background. */
const RUNS: Readonly<Record<string, object>> = {
  uniform: { sampler: "uniform" },
  proportional: { gate: "always" },
  tau: { costs: { score: 0.05, step: 1 } },
  "in the background": { gate: "always", ...background },
  history: { sampler: "history", gate: "always" },
  "stale-norms": { sampler: "stale-norms", gate: "always" },
  "selective-backprop": { sampler: "selective-backprop", weighting: "none", ...background },
  "info-batch": { sampler: "info-batch" },
  svrg: { estimator: { name: "svrg", every: 50 }, gate: "always" },
  mined: { model: { name: "embedding", hidden: [16], units: 8 }, sampler: "batch-hard" },
  sized: { sizer: "constant-time", costs: { score: 0.05, step: 1 } },
};
const names = Object.keys(RUNS);
/** The core that the built command runs on. */
const CORE = fileURLToPath(new URL("../../packages/core/dist/index.js", import.meta.url));
const fileOf = (name: string): string => `${name.replaceAll(" ", "-")}.json`;

let place: Workplace;
beforeAll(() => {
  const configs = names.map((name) => [
    fileOf(name),
    { ...TINY, maxSteps: STEPS, checkpointEvery: "20up", ...RUNS[name] },
  ]);
  place = workplace({
    ...(Object.fromEntries(configs) as Record<string, object>),
    "endless.json": { ...TINY, maxSteps: 10_000_000, gate: "always", checkpointEvery: "10up" },
    "code.config.ts": `import { defineConfig } from "unequal";
      import { defineSampler, stateless } from ${JSON.stringify(CORE)};
      const mine = defineSampler({
        name: "mine",
        summary: "The first rows.",
        setup: () => ({
          ...stateless("mine"),
          select: (pool, count) => ({ rows: Int32Array.from({ length: count }, (_, row) => row), planned: count, population: pool.ids.length }),
        }),
      });
      export default defineConfig({ ...${JSON.stringify(TINY)}, sampler: mine(), weighting: "none", gate: "always" });`,
    "large.json": {
      ...TINY,
      model: { name: "mlp", hidden: [2000, 2000] },
      maxSteps: 20,
      gate: "always",
      checkpointEvery: "2up",
    },
  });
});
afterAll(() => place.dispose());

function begin(...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [BIN, "train", ...args], {
    cwd: place.folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function ended(child: ChildProcess): Promise<{ code: number | null; text: string }> {
  let text = "";
  child.stdout?.on("data", (part: Buffer) => (text += part.toString()));
  child.stderr?.on("data", (part: Buffer) => (text += part.toString()));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, text };
}

async function until(holds: () => boolean, child: ChildProcess): Promise<void> {
  while (!holds() && child.exitCode === null && child.signalCode === null) await wait(2);
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
const checkpointsIn = (folder: string): string[] => {
  const inside = place.file(`${folder}/checkpoints`);
  return existsSync(inside) ? readdirSync(inside).filter((name) => name.startsWith("step-")) : [];
};
const wholeIn = (folder: string): string[] =>
  checkpointsIn(folder).filter((name) => name.endsWith(".safetensors"));

/** What a run left: its model, and what it told of its steps. */
function outcome(folder: string) {
  const told = readEvents(place.file(`${folder}/events.jsonl`)).filter(
    ({ type }) => !["run:start", "scoring:switched", "warning", "costs:calibrated"].includes(type),
  );
  return {
    weights: readFileSync(place.file(`${folder}/weights.bin`)).toString("base64"),
    events: withoutTimes(told),
  };
}

/** Lets a run of a folder come to its end. */
async function goOn(folder: string): Promise<void> {
  const { code, stderr } = await runCommand(["train", "--resume", folder, "--quiet"], place.folder);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
}

const wholes = new Map<string, ReturnType<typeof outcome>>();
async function whole(name: string): Promise<ReturnType<typeof outcome>> {
  const folder = `whole-${name}`;
  if (!wholes.has(name)) {
    const flags = ["train", fileOf(name), "--out", folder, "--quiet"];
    expect(await runCommand(flags, place.folder)).toMatchObject({ code: 0, stderr: "" });
    wholes.set(name, outcome(folder));
  }
  return wholes.get(name) as ReturnType<typeof outcome>;
}

const random = createRandom("kills");
const kills = Array.from({ length: KILLS }, (_, kill) => ({
  kill,
  name: names[kill % names.length] as string,
  share: random.uniform(),
}));

test.each(kills)(
  "kill $kill, of $name, after $share of its events: it ends as if nothing had been",
  async ({ kill, name, share }) => {
    const wanted = await whole(name);
    const size = share * sizeOf(place.file(`whole-${name}/events.jsonl`));
    const folder = `killed-${kill}`;
    const child = begin(fileOf(name), "--out", folder, "--quiet");
    await until(() => sizeOf(place.file(`${folder}/events.jsonl`)) > size, child);
    child.kill("SIGKILL");
    await ended(child);
    await goOn(folder);
    expect(outcome(folder)).toEqual(wanted);
    rmSync(place.file(folder), { recursive: true });
  },
  120_000,
);

test("killed while a checkpoint is written, again and again, it ends as if nothing had been", async () => {
  expect(
    await runCommand(["train", "large.json", "--out", "large", "--quiet"], place.folder),
  ).toMatchObject({ code: 0 });
  const writing = (): boolean => checkpointsIn("cut").some((name) => name.endsWith(".part"));
  let child = begin("large.json", "--out", "cut", "--quiet");
  let cuts = 0;
  for (let kill = 0; kill < 4; kill++) {
    await until(writing, child);
    child.kill("SIGKILL");
    await ended(child);
    cuts += Number(writing());
    if (kill < 3) child = begin("--resume", "cut", "--quiet");
  }
  expect(cuts).toBeGreaterThan(0);
  await goOn("cut");
  expect(checkpointsIn("cut").filter((name) => name.endsWith(".part"))).toEqual([]);
  expect(outcome("cut")).toEqual(outcome("large"));
}, 240_000);

describe.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const)("%s", (signal, exit) => {
  test(`ends a run after its step with a checkpoint and a model, and exits with ${exit}`, async () => {
    const folder = `ended-${signal}`;
    const child = begin("endless.json", "--out", folder, "--json");
    const end = ended(child);
    await until(() => wholeIn(folder).length > 0, child);
    child.kill(signal);
    const { code, text } = await end;
    expect(code).toBe(exit);
    expect(text).toContain(`Go on with: unequal train --resume ${folder}`);
    const result = lastLine(text);
    expect(result).toMatchObject({ interrupted: true, trainLoss: null });
    const { steps } = result as unknown as { steps: number };
    expect(checkpointsIn(folder)).toContain(`step-${String(steps).padStart(9, "0")}.safetensors`);
    expect(existsSync(place.file(`${folder}/weights.bin`))).toBe(true);
    expect(existsSync(place.file(`${folder}/lock.json`))).toBe(false);
    const events = readEvents(place.file(`${folder}/events.jsonl`));
    expect(events.filter(({ type }) => type === "step:end")).toHaveLength(steps);
    const flags = ["--resume", folder, "--max-steps", String(steps + 5), "--allow-changes"];
    const { code: again, text: told } = await ended(begin(...flags, "--json"));
    expect(again).toBe(0);
    expect(told).toContain(`Goes on from step ${steps.toLocaleString("en-US")}.`);
    expect(lastLine(told)).toMatchObject({ steps: steps + 5, interrupted: false });
  }, 60_000);
});

describe("a folder", () => {
  test("that holds a run is not overwritten unasked, and while one trains there is not another's", async () => {
    const first = begin("endless.json", "--out", "one", "--quiet");
    const end = ended(first);
    await until(() => wholeIn("one").length > 0, first);
    const train = (...flags: string[]) =>
      runCommand(["train", "uniform.json", "--out", "one", "--quiet", ...flags], place.folder);
    expect((await train()).stderr).toMatch(/FOLDER_TAKEN .+ --resume one, .+ --overwrite/);
    expect((await train("--overwrite")).stderr).toMatch(/FOLDER_LOCKED .+ process \d+ has it/);
    const resumed = await runCommand(["train", "--resume", "one", "--quiet"], place.folder);
    expect(resumed.stderr).toContain("FOLDER_LOCKED");
    first.kill("SIGKILL");
    await end;
    expect((await train()).stderr).toContain("FOLDER_TAKEN");
    expect(await train("--overwrite")).toMatchObject({ code: 0, stderr: "" });
    const events = readEvents(place.file("one/events.jsonl"));
    expect(events.filter(({ type }) => type === "step:end")).toHaveLength(STEPS);
    expect(checkpointsIn("one").sort().at(-1)).toBe(`step-000000${STEPS}.safetensors`);
  }, 60_000);

  test("whose run is another by a flag is not gone on with unasked", async () => {
    const flags = ["train", "uniform.json", "--out", "changed", "--max-steps", "30", "--quiet"];
    expect(await runCommand(flags, place.folder)).toMatchObject({ code: 0 });
    const resume = (...more: string[]) =>
      runCommand(["train", "--resume", "changed", "--quiet", "--json", ...more], place.folder);
    expect((await resume("--batch-size", "8")).stderr).toMatch(
      /RUN_CHANGED .*batchSize is 8 and was 16/,
    );
    expect((await resume("--max-steps", "40")).stderr).toMatch(
      /RUN_CHANGED .*maxSteps is 40 and was 30/,
    );
    const longer = await resume("--max-steps", "40", "--allow-changes");
    expect(lastLine(longer.stdout)).toMatchObject({ steps: 40 });
    const elsewhere = await resume("--backend", "cpu");
    expect(lastLine(elsewhere.stdout)).toMatchObject({ steps: 40, backend: "cpu" });
    expect((await resume("--out", "other")).stderr).toContain("USAGE");
    const both = ["train", "uniform.json", "--resume", "changed"];
    expect((await runCommand(both, place.folder)).stderr).toContain("USAGE");
  }, 60_000);

  test("of a configuration in code goes on again and again", async () => {
    const flags = ["train", "code.config.ts", "--out", "code", "--max-steps", "20", "--quiet"];
    expect(await runCommand(flags, place.folder)).toMatchObject({ code: 0, stderr: "" });
    for (let time = 0; time < 2; time++) {
      const resume = ["train", "--resume", "code", "--json", "--quiet"];
      const { code, stdout, stderr } = await runCommand(resume, place.folder);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(lastLine(stdout)).toMatchObject({ steps: 20, sampler: "mine" });
    }
    const { code, stderr } = await runCommand(["evaluate", "code"], place.folder);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  }, 60_000);

  test("of checkpoints that are not ours keeps what is in it", async () => {
    mkdirSync(place.file("mine/checkpoints"), { recursive: true });
    writeFileSync(place.file("mine/checkpoints/precious.bin"), "");
    const flags = ["train", "uniform.json", "--out", "mine", "--max-steps", "5", "--quiet"];
    expect(await runCommand(flags, place.folder)).toMatchObject({ code: 0, stderr: "" });
    expect(await runCommand([...flags, "--overwrite"], place.folder)).toMatchObject({ code: 0 });
    expect(existsSync(place.file("mine/checkpoints/precious.bin"))).toBe(true);
  });

  test("without a run is nothing to go on with", async () => {
    mkdirSync(place.file("empty"));
    for (const folder of ["empty", "nowhere"]) {
      const { code, stderr } = await runCommand(["train", "--resume", folder], place.folder);
      expect(code).toBe(1);
      expect(stderr).toContain("OUTPUT_FAILED");
    }
  });
});

/** Mounts a file system in memory; only the superuser may. */
function mounted(name: string, options: string): string | undefined {
  const folder = place.file(name);
  mkdirSync(folder);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder], { stdio: "ignore" });
    return folder;
  } catch (error) {
    if (process.env["UNEQUAL_REQUIRE"] !== undefined) throw error;
    return undefined;
  }
}

test("a full disk is a warning, the checkpoints before stay, and with room again the run goes on", async (context) => {
  const disk = mounted("full", "size=3m");
  if (disk === undefined) return context.skip();
  try {
    const out = path.join(disk, "run");
    const checkpoints = (): string[] => wholeIn("full/run");
    const child = begin("endless.json", "--out", out, "--json");
    let text = "";
    child.stderr?.on("data", (part: Buffer) => (text += part.toString()));
    const end = ended(child);
    await until(() => checkpoints().length === 2, child);
    const ballast = path.join(disk, "ballast");
    // it ends where the disk does
    spawnSync("dd", ["if=/dev/zero", `of=${ballast}`, "bs=4k"], { stdio: "ignore" });
    await until(() => text.includes("CHECKPOINT_FAILED"), child);
    const before = checkpoints();
    expect(before.length).toBeGreaterThan(0);
    child.kill("SIGTERM");
    expect((await end).code).toBe(143);
    expect(checkpoints()).toEqual(before);
    rmSync(ballast);
    const step = Number(/\d+/.exec(before.sort().at(-1) ?? "")?.[0]);
    const flags = ["--resume", out, "--max-steps", String(step + 20), "--allow-changes", "--json"];
    const { code, text: told } = await ended(begin(...flags));
    expect(code).toBe(0);
    expect(lastLine(told)).toMatchObject({ steps: step + 20 });
    const steps = readEvents(path.join(out, "events.jsonl")).filter(
      ({ type }) => type === "step:end",
    );
    expect(steps.map((event) => (event["progress"] as { update: number }).update)).toEqual(
      Array.from({ length: step + 20 }, (_, at) => at + 1),
    );
  } finally {
    execFileSync("umount", [disk]);
  }
}, 120_000);

test("a folder that can only be read is refused before anything is done", async (context) => {
  const disk = mounted("read-only", "size=4m");
  if (disk === undefined) return context.skip();
  try {
    const out = path.join(disk, "run");
    expect((await ended(begin("uniform.json", "--out", out, "--quiet"))).code).toBe(0);
    execFileSync("mount", ["-o", "remount,ro", disk]);
    for (const args of [
      ["uniform.json", "--out", out, "--overwrite"],
      ["--resume", out],
    ]) {
      const { code, text } = await ended(begin(...args));
      expect(code).toBe(1);
      expect(text).toMatch(/OUTPUT_FAILED .+ cannot be written/);
    }
    expect(existsSync(path.join(out, "weights.bin"))).toBe(true);
  } finally {
    execFileSync("umount", [disk]);
  }
}, 60_000);
