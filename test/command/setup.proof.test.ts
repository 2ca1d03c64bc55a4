import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
} from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { fakeTensorFlow } from "./fake-tensorflow.js";
import { isAlive } from "./is-alive.js";
import { binOf, runCommand } from "./run-command.js";
import type { Workplace } from "./workplace.js";

/** The fake builder calls no tools; any program will do. */
const TOOLS = { MAKE: process.execPath, CXX: process.execPath };
const GOOD = ["--python", "python/good"];

let place: Workplace;
let root: string;
beforeEach(() => {
  place = fakeTensorFlow();
  root = place.file("node_modules/@tensorflow/tfjs-node");
});
afterEach(() => place.dispose());

const setUp = (args: readonly string[], environment = {}): ReturnType<typeof runCommand> =>
  runCommand(["setup", ...args], place.folder, { ...TOOLS, ...environment });

/** Every file of the package with what it holds. */
function tree(): Record<string, string> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((e) => path.join(e.parentPath, e.name));
  return Object.fromEntries(files.map((file) => [file, readFileSync(file, "utf8")]));
}

test.skipIf(process.platform !== "linux")(
  "builds, checks, and moves it into place; twice",
  async () => {
    for (const _ of [1, 2]) {
      const { code, stdout, stderr } = await setUp(["tensorflow", ...GOOD]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toMatch(
        /^Asking .+\nFound TensorFlow 2\.99\.0 of .+python\/good, built without CUDA\.\nBuilding the binding of @tensorflow\/tfjs-node 4\.22\.0 …\nChecked: .+2\.99\.0.+2\.99\.0.+ s in all\.\n$/,
      );
      expect(readFileSync(path.join(root, "lib/napi-v8/tfjs_binding.node"), "utf8")).toBe("new");
      expect(readdirSync(path.join(root, "deps")).sort()).toEqual(["include", "lib"]);
      expect(readlinkSync(path.join(root, "deps/lib/libtensorflow.so"))).toBe(
        place.file("tf/libtensorflow_cc.so.2"),
      );
      expect(readdirSync(root).filter((name) => name.startsWith("."))).toEqual([]);
    }
  },
);

test("--json: one object is the last line of stdout, all else is on stderr", async () => {
  const { stdout, stderr } = await setUp(["tensorflow", ...GOOD, "--json"]);
  expect(stderr).toContain("Building");
  expect(JSON.parse(stdout)).toEqual({
    engine: "tensorflow",
    package: "@tensorflow/tfjs-node",
    folder: root,
    python: place.file("python/good"),
    tensorflow: "2.99.0",
    cuda: false,
    binding: "2.99.0",
    device: "CPU",
    seconds: expect.any(Number) as number,
  });
});

test("tensorflow-gpu on a wheel without CUDA is built, with a warning", async () => {
  const { code, stdout, stderr } = await setUp(["tensorflow-gpu", ...GOOD]);
  expect(code).toBe(0);
  expect(stderr).toMatch(/^Warning: .+without CUDA.+tensorflow\[and-cuda\].+\n$/);
  expect(stdout).toContain("@tensorflow/tfjs-node-gpu");
});

test("without --python the virtual environment's Python is asked", async () => {
  const { stderr } = await setUp(["tensorflow"], { VIRTUAL_ENV: place.file("venv") });
  expect(stderr).toContain(place.file("venv/bin/python"));
});

type Fault = readonly [hint: string, python: string, environment: Record<string, string>];
const faults: readonly Fault[] = [
  ["python/nowhere does not", "nowhere", {}],
  ["EACCES", "plain-file", {}],
  ["python/bare -m pip install tensorflow-cpu", "bare", {}],
  ["code 3 and said", "mumbling", {}],
  ["must be 2.9 or later, but", "old", {}],
  ["c_api.h is missing", "headless", {}],
  ["libtensorflow_cc", "stripped", {}],
  ["needs make", "good", { MAKE: "nowhere-make" }],
  ["needs a C++ compiler", "good", { CXX: "nowhere++ -O2" }],
  ["binding/a.cc:3:1: error: expected a semicolon", "good", { FAKE_BUILD: "fails" }],
  ["undefined symbol", "good", { FAKE_VERSION: "crashes" }],
  ["| libtensorflow is here. Nothing was changed.", "good", { FAKE_VERSION: "mumbles" }],
  ["loads 2.5.0", "good", { FAKE_VERSION: "2.5.0" }],
  ["gives 19, 22, 43, 0", "good", { FAKE_PRODUCT: "19,22,43,0" }],
];

describe("each fault is one coded line, and the package is as before", () => {
  test.each(faults)("%s: %s", async (hint: string, python: string, environment: object) => {
    const before = tree();
    const { code, stderr } = await setUp(
      ["tensorflow", "--python", `python/${python}`],
      environment,
    );
    expect(stderr).toContain(hint);
    expect(stderr).toMatch(/^unequal: SETUP_FAILED .+\n$/);
    expect(code).toBe(1);
    expect(tree()).toEqual(before);
  });

  test("a package that lacks a part of its source", async () => {
    rmSync(path.join(root, "binding"), { recursive: true });
    const before = tree();
    const { stderr } = await setUp(["tensorflow", ...GOOD]);
    expect(stderr).toMatch(/^unequal: SETUP_FAILED .+must be copied.+ENOENT.+binding.+\n$/);
    expect(tree()).toEqual(before);
  });

  test("a package that is not installed", async () => {
    rmSync(place.file("node_modules/@tensorflow/tfjs-node-gpu"), { recursive: true });
    const { code, stderr } = await setUp(["tensorflow-gpu", ...GOOD]);
    expect(stderr).toContain("`npm install --ignore-scripts @tensorflow/tfjs-node-gpu`");
    expect(code).toBe(1);
  });

  test("a package that only the working directory has, which no engine would load", async () => {
    const theirs = place.file("project/node_modules/@tensorflow/tfjs-node-gpu");
    mkdirSync(path.dirname(theirs), { recursive: true });
    renameSync(place.file("node_modules/@tensorflow/tfjs-node-gpu"), theirs);
    const folder = place.file("project");
    const args = ["setup", "tensorflow-gpu", "--python", "../python/good"];
    const { code, stderr } = await runCommand(args, folder, TOOLS);
    expect(stderr).toMatch(/^unequal: SETUP_FAILED .+\n$/);
    expect(stderr).toContain(`installed only in ${theirs}`);
    expect(stderr).toContain("`npx unequal setup tensorflow-gpu`");
    expect(code).toBe(1);
  });

  test("a package without its dependencies", async () => {
    rmSync(place.file("node_modules/@mapbox"), { recursive: true });
    expect((await setUp(["tensorflow", ...GOOD])).stderr).toContain("node-pre-gyp is missing");
  });

  test("USAGE: an engine that has no binding", async () => {
    const { code, stderr } = await setUp(["wasm"]);
    expect(stderr).toMatch(/^unequal: USAGE .+tensorflow, tensorflow-gpu.+\n$/);
    expect(code).toBe(2);
  });
});

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const)(
  "%s ends the build with its children, and the package is as before",
  async (signal, exit) => {
    const before = tree();
    const pids = place.file("pids");
    const environment = { ...process.env, ...TOOLS, FAKE_BUILD: "hangs", FAKE_PIDS: pids };
    const command = spawn(process.execPath, [binOf(place.folder), "setup", "tensorflow", ...GOOD], {
      cwd: place.folder,
      env: environment,
    });
    let stderr = "";
    command.stderr.on("data", (text: Buffer) => (stderr += text.toString()));
    const ended = new Promise((resolve) => command.on("close", resolve));
    await vi.waitUntil(() => existsSync(pids) && readFileSync(pids, "utf8").includes(" "), 20_000);
    command.kill(signal);
    expect(await ended).toBe(exit);
    expect(stderr).toMatch(/^unequal: SETUP_FAILED .+interrupted.+\n$/);
    expect(tree()).toEqual(before);
    const ids = readFileSync(pids, "utf8").split(" ").map(Number);
    await vi.waitUntil(() => !ids.some(isAlive), 5_000);
  },
);
