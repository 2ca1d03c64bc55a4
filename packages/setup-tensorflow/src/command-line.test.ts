import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { runCommandLine } from "./command-line.js";

const folder = mkdtempSync(path.join(tmpdir(), "setup-tensorflow-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...args: readonly string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await runCommandLine(args, {
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
    folder,
    interruption: new AbortController().signal,
  });
  return { code, stdout: out.join(""), stderr: err.join("") };
}

test("--help and --version are answers, not faults", async () => {
  expect(await run("--help")).toMatchObject({ code: 0, stderr: "" });
  expect((await run("-h")).stdout).toContain("--python <path>");
  expect((await run("--version")).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test.each([
  [[], "but none was"],
  [["wasm"], "tensorflow, tensorflow-gpu, but wasm was"],
  [["toString"], "but toString was"],
  [["tensorflow", "tensorflow-gpu"], "but tensorflow tensorflow-gpu was"],
  [["tensorflow", "--pyhton", "python3"], "Unknown option '--pyhton'. See"],
  [["tensorflow", "--python"], "--python"],
])("%j is no command line: %s", async (args, hint) => {
  const { code, stdout, stderr } = await run(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(
    /^unequal-setup-tensorflow: [^\n]+ See unequal-setup-tensorflow --help\.\n$/,
  );
  expect(stderr).toContain(hint);
});

test.skipIf(process.platform === "win32")(
  "a package that is not installed is one line, and code 1",
  async () => {
    const { code, stderr } = await run("tensorflow-gpu", "--json");
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^unequal-setup-tensorflow: .+`npm install --ignore-scripts @tensorflow\/tfjs-node-gpu`.+\n$/,
    );
  },
);
