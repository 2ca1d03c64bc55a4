import { fileURLToPath } from "node:url";
import { setUpPart, type EngineFacts } from "@unequal/core";
import { chromium, type Browser, type Page } from "playwright-core";
import { engines } from "unequal";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTraining, type Settings } from "../../examples/browser/train.js";
import { buildPage, type Built } from "./build-page.js";
import { CHROMIUM_FLAGS, findChromium } from "./chromium-program.js";
import { serveFolder, type FolderServer } from "./serve-folder.js";

/** What the page says of its training. */
interface Report {
  readonly facts: EngineFacts;
  readonly losses: readonly number[];
  /** tf.memory().numTensors after each step. */
  readonly tensors: readonly number[];
  readonly importanceSteps: number;
}

const PAGE = fileURLToPath(new URL("../../examples/browser", import.meta.url));
const SETTINGS = {
  steps: 10,
  hidden: 16,
  batchSize: 16,
  presample: 48,
  gate: "always",
} as const satisfies Partial<Settings>;

const program = findChromium();
const required = process.env.UNEQUAL_REQUIRE === "all";
const absent = program === undefined && !required;
const why = absent ? " (skipped: no Chromium on the PATH, and none in UNEQUAL_CHROMIUM)" : "";

async function lossesInNode(): Promise<readonly number[]> {
  const backend = setUpPart("backend", engines.cpu());
  await backend.start();
  const { trainer, dispose } = createTraining(backend, SETTINGS);
  const losses: number[] = [];
  trainer.events.on("step:end", ({ loss }) => losses.push(loss));
  await trainer.run({ updates: SETTINGS.steps });
  await dispose();
  return losses;
}

describe.skipIf(absent)(`a page in Chromium${why}`, { timeout: 120_000 }, () => {
  let built: Built | undefined;
  let server: FolderServer | undefined;
  let browser: Browser | undefined;
  let inNode: readonly number[] = [];

  beforeAll(async () => {
    if (program === undefined)
      throw new Error(
        "UNEQUAL_REQUIRE=all asks for Chromium. Install it, or name it by UNEQUAL_CHROMIUM.",
      );
    inNode = await lossesInNode();
    built = await buildPage(PAGE);
    server = await serveFolder(built.folder);
    browser = await chromium.launch({ executablePath: program, args: [...CHROMIUM_FLAGS] });
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await built?.remove();
  });

  /** Opens the page; what goes wrong in it is collected. */
  async function open(
    settings: string | Readonly<Record<string, string | number>>,
    {
      lost = [],
      withoutWebgpu = false,
    }: { readonly lost?: readonly string[]; readonly withoutWebgpu?: boolean } = {},
  ) {
    const page = await (browser as Browser).newPage();
    for (const files of lost) await page.route(files, (route) => route.fulfill({ status: 404 }));
    if (withoutWebgpu)
      await page.addInitScript(
        `Object.defineProperty(Navigator.prototype, "gpu", { value: undefined })`,
      );
    const wrong: string[] = [];
    page.on("pageerror", ({ message }) => wrong.push(message));
    page.on("requestfailed", (request) => wrong.push(request.url()));
    page.on("console", (message) => {
      if (message.type() === "error") wrong.push(message.text());
    });
    const query =
      typeof settings === "string"
        ? settings
        : Object.entries(settings)
            .map(([name, value]) => `${name}=${value}`)
            .join("&");
    await page.goto(`${(server as FolderServer).url}?${query}`);
    return { page, wrong };
  }

  const report = (page: Page): Promise<Report> => page.evaluate("globalThis.training");

  test.each(["webgpu", "wasm"])("trains on %s as Node does on cpu", async (backend) => {
    const { page, wrong } = await open({ backend, ...SETTINGS });
    const { facts, losses, tensors, importanceSteps } = await report(page);
    expect(wrong).toEqual([]);
    expect(facts.engine).toBe(backend);
    expect(await page.textContent("#engine")).toBe(backend);
    expect(await page.textContent("#device")).toMatch(
      backend === "wasm" ? /WebAssembly/ : /swiftshader/,
    );
    expect(importanceSteps).toBe(SETTINGS.steps);
    expect(losses).toHaveLength(SETTINGS.steps);
    expect(Math.min(...losses.slice(-3))).toBeLessThan(0.97 * (losses[0] as number));
    losses.forEach((loss, step) => {
      const expected = inNode[step] as number;
      expect(Math.abs(loss / expected - 1), `step ${step}: ${loss}, ${expected}`).toBeLessThan(
        1e-4,
      );
    });
    expect(tensors.at(-1)).toBe(tensors[4]);
    await page.close();
  });

  test("takes the best engine that starts here for auto, and says why", async () => {
    const { page, wrong } = await open({ backend: "auto", ...SETTINGS });
    // a device made of software is none to train on
    expect((await report(page)).facts.engine).toBe("wasm");
    expect(await page.textContent("#message")).toContain("passed over: webgpu finds no GPU)");
    expect(wrong).toEqual([]);
    await page.close();
  });

  test("takes the best engine where the address names none, and speaks of no other place than a browser", async () => {
    const { page, wrong } = await open({ ...SETTINGS }, { withoutWebgpu: true });
    expect((await report(page)).facts.engine).toBe("wasm");
    const message = await page.textContent("#message");
    expect(message).toContain("passed over: webgpu does not start)");
    expect(message).not.toMatch(/node|npm|tensorflow-gpu|doctor/i);
    expect(await page.textContent("#button")).toBe("Done");
    expect(await page.isDisabled("#button")).toBe(true);
    expect(await page.getAttribute("nav a[aria-current]", "href")).toBe("?backend=auto");
    expect(wrong).toEqual([]);
    await page.close();
  });

  test("says what webgpu lacks, without a word of Node, and offers to try again", async () => {
    const { page } = await open({ backend: "webgpu" }, { withoutWebgpu: true });
    await expect(report(page)).rejects.toThrow(/takes a browser with WebGPU/);
    const message = await page.textContent("#message");
    expect(message).toContain('Choose the backend "wasm", or "auto".');
    expect(message).not.toMatch(/in node|npm|doctor/i);
    expect(await page.textContent("#button")).toBe("Try again");
    expect(await page.textContent("#engine")).toBe("none");
    await page.close();
  });

  test("stops when it is told to, goes on, and ends as if it had not stopped", async () => {
    const settings = { backend: "wasm", ...SETTINGS, steps: 600 };
    const whole = await open(settings);
    const { losses: all } = await report(whole.page);
    await whole.page.close();
    const { page, wrong } = await open(settings);
    // in the page itself: by the time that a click from here arrives the run may be over
    await page.waitForFunction(
      `document.getElementById("share").textContent === "100 %" && (document.getElementById("button").click(), true)`,
    );
    const { losses } = await report(page);
    expect(losses.length).toBeGreaterThan(0);
    expect(losses.length).toBeLessThan(600);
    expect(await page.textContent("#button")).toBe("Go on");
    await page.click("#button");
    const ended = await report(page);
    expect(ended.losses).toEqual(all);
    expect(await page.textContent("#button")).toBe("Done");
    expect(wrong).toEqual([]);
    await page.close();
  });

  test("says what to do where the engine's files are not found", async () => {
    const { page } = await open({ backend: "wasm" }, { lost: ["**/*.wasm"] });
    await expect(report(page)).rejects.toThrow(/where its \.wasm files are/);
    expect(await page.textContent("#message")).toContain("wasm({ path })");
    await page.close();
  });

  test("refuses an address that is none of its own, and offers one that works", async () => {
    const { page } = await open("backend=metal");
    const message = 'backend must be auto, webgpu, wasm, cpu, but is "metal"';
    await expect(report(page)).rejects.toThrow(message);
    expect(await page.textContent("#message")).toContain(message);
    await page.click("#button:text('Use the defaults')");
    await page.waitForURL((url) => url.search === "");
    await page.close();
  });

  test("tells what in the address is no setting, and trains", async () => {
    const { page, wrong } = await open({ backend: "wasm", ...SETTINGS, step: 3 });
    expect((await report(page)).losses).toHaveLength(SETTINGS.steps);
    expect(await page.textContent("#message")).toContain('The address has no setting "step".');
    expect(wrong).toEqual([]);
    await page.close();
  });
});
