import { execFile, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { fakeTensorFlow } from "./fake-tensorflow.js";
import type { Workplace } from "./workplace.js";

/** The built tool, far from the user's folder, as npx keeps it. */
const BIN = fileURLToPath(
  new URL("../../packages/setup-tensorflow/bin/unequal-setup-tensorflow.js", import.meta.url),
);
const env = { ...process.env, MAKE: process.execPath, CXX: process.execPath };

let place: Workplace;
beforeEach(() => (place = fakeTensorFlow()));
afterEach(() => place.dispose());

const setUp = (...args: readonly string[]) =>
  promisify(execFile)(process.execPath, [BIN, ...args], { cwd: place.folder, env });

test("the tool sets up the package of the working directory, without Unequal", async () => {
  const { stdout, stderr } = await setUp("tensorflow", "--python", "python/good", "--json");
  expect(stderr).toContain("Building the binding of @tensorflow/tfjs-node 4.22.0 …");
  const folder = place.file("node_modules/@tensorflow/tfjs-node");
  expect(JSON.parse(stdout)).toMatchObject({ engine: "tensorflow", folder, binding: "2.99.0" });
  expect(readFileSync(`${folder}/lib/napi-v8/tfjs_binding.node`, "utf8")).toBe("new");
});

test("its fault is one line on stderr, and code 1", async () => {
  await expect(setUp("tensorflow", "--python", "python/old")).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^unequal-setup-tensorflow: .+must be 2\.9 or later.+\n$/),
  });
});

test("Ctrl-C ends it with one line, and code 130", async () => {
  const pids = place.file("pids");
  const command = spawn(process.execPath, [BIN, "tensorflow", "--python", "python/good"], {
    cwd: place.folder,
    env: { ...env, FAKE_BUILD: "hangs", FAKE_PIDS: pids },
  });
  let stderr = "";
  command.stderr.on("data", (text: Buffer) => (stderr += text.toString()));
  const ended = new Promise((resolve) => command.on("close", resolve));
  await vi.waitUntil(() => existsSync(pids), 20_000);
  command.kill("SIGINT");
  expect(await ended).toBe(130);
  expect(stderr).toMatch(/^unequal-setup-tensorflow: .+interrupted.+\n$/);
});
