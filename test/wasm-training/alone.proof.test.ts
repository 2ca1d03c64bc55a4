import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { chromium } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CHROMIUM_FLAGS, findChromium } from "../browser/chromium-program.js";
import { serveFolder } from "../browser/serve-folder.js";

/** What examples/wasm-training says of its training. */
interface Trained {
  readonly engine: string;
  readonly losses: readonly number[];
  readonly kernels: readonly string[];
}

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PEERS = ["@tensorflow/tfjs", "@tensorflow/tfjs-backend-wasm"];
/** The stock wasm engine has none of these. */
const OURS = ["AdamUpdate", "Conv2DBackpropFilter", "MaxPoolGrad"];

const program = findChromium();
const absent = program === undefined && process.env.UNEQUAL_REQUIRE !== "all";

let folder: string;
let onCpu: Trained;

async function trainInNode(...args: readonly string[]): Promise<Trained> {
  const { stdout } = await run(process.execPath, ["run.mjs", ...args], { cwd: folder });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Trained;
}

function expectLikeStock({ engine, losses, kernels }: Trained): void {
  expect(engine).toBe("wasm");
  expect(kernels).toEqual(expect.arrayContaining(OURS));
  expect(losses).toHaveLength(onCpu.losses.length);
  losses.forEach((loss, epoch) => {
    expect(Math.abs(loss - (onCpu.losses[epoch] as number)), `epoch ${epoch}`).toBeLessThan(1e-4);
  });
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "unequal-wasm-training-"));
  await cp(path.join(ROOT, "examples", "wasm-training"), folder, { recursive: true });
  await rm(path.join(folder, "package.json"));
  const pack = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
  const { stdout } = await run("npm", pack, { cwd: path.join(ROOT, "packages", "wasm-training") });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  // offline: whatever it depended on besides its peers would be missed here
  const install = ["install", "--offline", "--legacy-peer-deps", "--no-audit", "--no-fund"];
  await run("npm", [...install, `./${filename}`], { cwd: folder });
  await run("npm", ["pkg", "set", "type=module"], { cwd: folder });
  await mkdir(path.join(folder, "node_modules", "@tensorflow"));
  for (const peer of PEERS)
    await symlink(path.join(ROOT, "node_modules", peer), path.join(folder, "node_modules", peer));
  onCpu = await trainInNode("cpu", "stock");
}, 120_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

test("it is installed alone, without the rest of Unequal", async () => {
  expect(await readdir(path.join(folder, "node_modules", "@unequal"))).toEqual(["wasm-training"]);
});

test("the stock cpu engine learns what is taught, and the stock wasm engine cannot", async () => {
  expect(onCpu.engine).toBe("cpu");
  expect(onCpu.losses.at(-1)).toBeLessThan(0.9 * (onCpu.losses[0] as number));
  await expect(trainInNode("wasm", "stock")).rejects.toThrow(/Conv2DBackpropFilter/);
});

test("a convnet trains in Node by model.fit, to the losses of the stock engine", async () => {
  expectLikeStock(await trainInNode());
});

test.skipIf(absent)("a convnet trains in Chromium, on a bundled page", async () => {
  if (program === undefined)
    throw new Error(
      "UNEQUAL_REQUIRE=all asks for Chromium. Install it, or name it by UNEQUAL_CHROMIUM.",
    );
  await build({ root: folder, configFile: false, logLevel: "silent" });
  const server = await serveFolder(path.join(folder, "dist"));
  const browser = await chromium.launch({ executablePath: program, args: [...CHROMIUM_FLAGS] });
  try {
    const page = await browser.newPage();
    await page.goto(server.url);
    expectLikeStock(await page.evaluate<Trained>("globalThis.trained"));
  } finally {
    await browser.close();
    await server.close();
  }
});
