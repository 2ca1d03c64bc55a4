import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeTinyMnist } from "../command/tiny-mnist.js";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PACKAGES = [
  "core",
  "samplers",
  "setup-tensorflow",
  "wasm-training",
  "backends",
  "datasets",
  "unequal",
];
const EXAMPLE = path.join(ROOT, "examples", "rank-sampler");

let folder: string;

interface Outcome {
  readonly code: number;
  readonly output: string;
}

async function inFolder(command: string, args: readonly string[]): Promise<Outcome> {
  try {
    const { stdout, stderr } = await run(command, [...args], { cwd: folder, timeout: 100_000 });
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, output: stdout + stderr };
  }
}

/** Installs what `npm pack` makes of our packages, as files of their own, next to what they depend on. */
async function installPacked(): Promise<void> {
  const modules = path.join(folder, "node_modules");
  await mkdir(path.join(modules, "@unequal"), { recursive: true });
  for (const name of PACKAGES) {
    const { stdout } = await run(
      "npm",
      ["pack", "--json", "--ignore-scripts", "--pack-destination", folder],
      {
        cwd: path.join(ROOT, "packages", name),
      },
    );
    const [{ filename, name: published }] = JSON.parse(stdout) as [
      { filename: string; name: string },
    ];
    const target = path.join(modules, published);
    await mkdir(target, { recursive: true });
    await run("tar", ["-xzf", path.join(folder, filename), "-C", target, "--strip-components=1"]);
  }
  // the third parties' packages are found in the repository, as in any folder above
  await symlink(path.join(ROOT, "node_modules"), path.join(path.dirname(folder), "node_modules"));
}

beforeAll(async () => {
  const above = await mkdtemp(path.join(tmpdir(), "unequal-consumer-"));
  folder = path.join(above, "project");
  await mkdir(folder);
  await cp(EXAMPLE, folder, { recursive: true });
  await installPacked();
  writeTinyMnist(path.join(folder, "digits"));
}, 120_000);

afterAll(async () => {
  await rm(path.dirname(folder), { recursive: true, force: true });
});

const vitest = path.join(ROOT, "node_modules", "vitest", "vitest.mjs");

test("a third party's sampler passes the published contract suite, unchanged", async () => {
  const { code, output } = await inFolder(process.execPath, [
    vitest,
    "run",
    "rank-sampler.test.js",
  ]);
  expect(output).toMatch(/Tests .*passed/);
  expect([code, output]).toEqual([0, expect.not.stringMatching(/failed/)]);
});

test("a deliberately biased one fails it, by the law of weights", async () => {
  const source = await readFile(path.join(folder, "rank-sampler.js"), "utf8");
  // it states the expectations of 1 / rank, but draws the highest scores more often than that
  const biased = source.replace(
    "count), random)",
    "count), { ...random, uniform: () => random.uniform() ** 2 })",
  );
  expect(biased).not.toBe(source);
  await writeFile(path.join(folder, "biased-sampler.js"), biased);
  await writeFile(
    path.join(folder, "biased-sampler.test.js"),
    'import { describeSampler } from "@unequal/core/testing";\nimport { rank } from "./biased-sampler.js";\n\ndescribeSampler(rank());\n',
  );
  const { code, output } = await inFolder(process.execPath, [
    vitest,
    "run",
    "biased-sampler.test.js",
  ]);
  expect(code).toBe(1);
  expect(output).toMatch(/Tests .*failed/);
  expect(output).toMatch(/expect/i);
});

test("it trains by config", async () => {
  await writeFile(
    path.join(folder, "unequal.config.js"),
    `import { defineConfig } from "unequal";

export default defineConfig({
  plugins: ["./rank-sampler.js"],
  sampler: "rank",
  gate: "always",
  dataset: { name: "mnist", folder: "digits" },
  model: { name: "mlp", hidden: [16] },
  batchSize: 16,
  presample: 80,
  maxSteps: 25,
});
`,
  );
  const bin = path.join(folder, "node_modules", "unequal", "bin", "unequal.js");
  const { stdout } = await run(process.execPath, [bin, "train", "--json"], {
    cwd: folder,
    timeout: 100_000,
  });
  const result: unknown = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
  expect(result).toMatchObject({
    sampler: "rank",
    scorer: "upper-bound",
    steps: 25,
    importanceSteps: 25,
  });
});
