import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { isAlive } from "./is-alive.js";
import { BIN, runCommand } from "./run-command.js";
import { workplace, type Workplace } from "./workplace.js";

/** Engines that fail each in its own way. */
const BROKEN = `
import { renameSync, writeFileSync } from "node:fs";
import { defineBackend, definePlugin } from "@unequal/core";
import { cpu } from "@unequal/backends";

const engine = (name: string, start: () => Promise<unknown>, rest: object = {}) =>
  defineBackend({
    name,
    summary: "broken",
    setup: (_, context) => ({ ...cpu().setup(context), name, start, ...rest }) as never,
  });
const works = () => cpu().setup({} as never).start();
const forever = () => {
  for (;;);
};
const crash = () => {
  process.stderr.write("last words\\n");
  process.kill(process.pid, "SIGSEGV");
  forever();
};
const parts = [
  engine("throws", async () => {
    throw new Error("no such card");
  }),
  engine("spins", forever),
  engine("spins-known", () => {
    writeFileSync("pid.new", String(process.pid));
    renameSync("pid.new", "pid");
    forever();
  }),
  engine("waits", () => new Promise((resolve) => setInterval(resolve as never, 1e6) && 0)),
  engine("exits", () => process.exit(3)),
  engine("crashes", crash),
  engine("crashes-later", works, { learner: crash }),
  engine("lacks", works, {
    learner: () => {
      throw new Error("Kernel 'Cumprod' not registered for backend 'lacks'");
    },
  }),
  engine("lingers", async () => {
    setInterval(() => undefined, 1e6);
    return works();
  }),
  engine("talks", async () => {
    console.log("hello");
    process.stderr.write("noise of a library\\n");
    return works();
  }),
];
export default definePlugin({ name: "broken-engines", apiVersion: 1, parts });
`;

interface Report {
  readonly name: string;
  readonly works: boolean;
  readonly kernels: readonly { readonly name: string; readonly works: boolean }[];
  readonly signals: readonly { readonly name: string; readonly works: boolean }[];
  readonly training?: Readonly<Record<string, unknown>>;
  readonly problem?: Readonly<Record<string, unknown>>;
  readonly advice: readonly string[];
  readonly [key: string]: unknown;
}

let place: Workplace;
beforeAll(() => {
  place = workplace({
    "broken.ts": BROKEN,
    "config/unequal.config.ts": `
      import { defineConfig } from "unequal";
      export default defineConfig({ plugins: ["../broken.ts"] });
    `,
  });
});
afterAll(() => place.dispose());

const reports = (stdout: string): readonly Report[] => JSON.parse(stdout) as readonly Report[];

describe("doctor --engine cpu --engine wasm --json", () => {
  let found: readonly Report[];
  beforeAll(async () => {
    const args = ["doctor", "--engine", "cpu", "--engine", "wasm", "--json"];
    const { code, stdout, stderr } = await runCommand(args, place.folder);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    found = reports(stdout);
  }, 60_000);

  test("finds both working, with their packages and devices", () => {
    expect(found).toMatchObject([
      { name: "cpu", installed: true, starts: true, works: true, device: "CPU (JavaScript)" },
      { name: "wasm", installed: true, starts: true, works: true, device: "CPU (WebAssembly)" },
    ]);
    for (const { packages, memory, advice, seconds } of found) {
      expect(Object.values(packages as object)).toEqual([expect.stringMatching(/^4\./)]);
      expect(memory).toBeGreaterThan(2 ** 20);
      expect(seconds).toBeGreaterThan(0);
      expect(advice).toEqual([]);
    }
  });

  test("with every kernel and signal", () => {
    for (const { kernels, signals } of found) {
      expect([...kernels, ...signals].filter(({ works }) => !works)).toEqual([]);
      expect(kernels.map(({ name }) => name)).toEqual([
        "dense",
        "conv2d",
        "depthwise-conv2d",
        "batch-normalization",
        "lstm",
        "embedding",
      ]);
      expect(signals.map(({ name }) => name).sort()).toEqual([
        "embedding",
        "gradient-norm",
        "loss",
        "output-gradient",
        "probabilities",
        "upper-bound",
      ]);
    }
  });

  test("and a loss that falls in ten timed steps, on both alike", () => {
    const losses = found.map(({ training }) => {
      expect(training?.["millisecondsPerStep"]).toBeGreaterThan(0);
      return [training?.["lossBefore"], training?.["lossAfter"]] as [number, number];
    });
    for (const [before, after] of losses) expect(after).toBeLessThan(before);
    expect(losses[1]?.[1]).toBeCloseTo(losses[0]?.[1] as number, 4);
  });
});

test("an engine that is not registered is refused, with the nearest that is", async () => {
  const { code, stderr } = await runCommand(["doctor", "--engine", "wsam"], place.folder);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^unequal: UNKNOWN_NAME .*did you mean "wasm"\?.*\n$/);
});

test("a time limit that is none is a fault of usage", async () => {
  const { code, stderr } = await runCommand(["doctor", "--time-limit", "soon"], place.folder);
  expect(code).toBe(2);
  expect(stderr).toContain("90s");
});

describe("a broken engine of a plugin is reported, and neither hangs doctor nor ends it", () => {
  const check = async (name: string, ...flags: string[]) => {
    const args = ["doctor", "--plugin", "./broken.ts", "--engine", name, "--json", ...flags];
    const outcome = await runCommand(args, place.folder);
    return { ...outcome, report: reports(outcome.stdout)[0] as Report };
  };

  test.each([
    ["throws", "UNEXPECTED", "start", "no such card"],
    ["exits", "EXITED", "start", "exit code 3"],
    ["crashes", "CRASHED", "start", "SIGSEGV"],
    ["crashes-later", "CRASHED", "kernels of dense", "SIGSEGV"],
  ])("%s: %s at %s", async (name, code, during, message) => {
    const { report, code: exit, stderr } = await check(name);
    expect(report).toMatchObject({ name, works: false, problem: { code, during } });
    expect(report.problem?.["message"]).toContain(message);
    expect(report.advice.join()).toContain(message);
    expect(exit).toBe(1);
    expect(stderr).toMatch(new RegExp(`^unequal: BACKEND_UNAVAILABLE .*${name}.*\\n$`));
    if (code === "CRASHED") expect(report.problem?.["lastLines"]).toEqual(["last words"]);
  });

  test.each(["spins", "waits"])("%s: killed when its time is up", async (name) => {
    const { report, code } = await check(name, "--time-limit", "4s");
    expect(report).toMatchObject({ works: false, problem: { code: "TIME_LIMIT" } });
    expect(report.advice.join()).toContain("--time-limit");
    expect(code).toBe(1);
  });

  test.each([
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("%s of doctor ends it", async (signal, exit) => {
    const pid = place.file("pid");
    rmSync(pid, { force: true });
    const args = ["doctor", "--plugin", "./broken.ts", "--engine", "spins-known"];
    const command = spawn(process.execPath, [BIN, ...args], { cwd: place.folder });
    let printed = "";
    for (const stream of [command.stdout, command.stderr])
      stream.on("data", (text: Buffer) => (printed += text.toString()));
    const ended = new Promise((resolve) => command.on("close", resolve));
    await vi.waitUntil(() => existsSync(pid), 20_000);
    command.kill(signal);
    expect({ code: await ended, printed }).toEqual({ code: exit, printed: "" });
    expect(isAlive(Number(readFileSync(pid, "utf8")))).toBe(false);
  });

  test("lingers: killed soon after it is done, with what it found", async () => {
    const { report, code } = await check("lingers");
    expect(report).toMatchObject({ starts: true, works: false, problem: { code: "LINGERS" } });
    expect(report.training?.["works"]).toBe(true);
    expect(report.advice.join()).toContain("unref()");
    expect(code).toBe(1);
  });

  test("lacks: names the kernel", async () => {
    const { report } = await check("lacks");
    expect(report).toMatchObject({ starts: true, works: false });
    expect(report.kernels[0]).toMatchObject({ works: false, missing: "Cumprod" });
    expect(report.advice.join()).toContain("no kernel Cumprod");
  });
});

test("what an engine writes is shown with --verbose alone", async () => {
  const args = ["doctor", "config/unequal.config.ts", "--engine", "talks"];
  const plain = await runCommand(args, place.folder);
  expect(plain).toMatchObject({ code: 0, stderr: "" });
  expect(plain.stdout).toMatch(
    /^engine +installed +starts .*\ntalks +plugin +yes +6 of 6 +6 of 6 /,
  );
  expect(plain.stdout).not.toContain("hello");
  const verbose = await runCommand([...args, "--verbose"], place.folder);
  expect(verbose.stderr).toContain("noise of a library");
});

test("auto is shown as the engine that it takes", async () => {
  const { code, stdout, stderr } = await runCommand(["doctor", "--engine", "auto"], place.folder);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^backend "auto" took [\w-]+ on /);
});
