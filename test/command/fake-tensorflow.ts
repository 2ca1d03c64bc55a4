import { chmodSync } from "node:fs";
import { installCommand } from "./install-command.js";
import { workplace, type Workplace } from "./workplace.js";

const VERSION = "2.99.0";

/** Stands for node-pre-gyp: writes a binding, or fails, or hangs with a child of its own. */
const BUILDER = `
const { mkdirSync, writeFileSync } = require("node:fs");
const { spawn } = require("node:child_process");
mkdirSync("lib/napi-v8", { recursive: true });
writeFileSync("lib/napi-v8/tfjs_binding.node", "new");
if (process.env.FAKE_BUILD === "fails") {
  console.error("gyp ERR! build error\\nbinding/a.cc:3:1: error: expected a semicolon");
  process.exit(1);
}
if (process.env.FAKE_BUILD === "hangs") {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  writeFileSync(process.env.FAKE_PIDS, [process.pid, child.pid].join(" "));
  setInterval(() => {}, 1000);
}
`;

/** Stands for tfjs-node, with what the command asks of it. */
const DIST = `
const [version, product] = [process.env.FAKE_VERSION ?? "${VERSION}", process.env.FAKE_PRODUCT ?? "19,22,43,50"];
if (version === "crashes") throw new Error("libtensorflow_cc.so.2: undefined symbol");
if (version === "mumbles") process.on("exit", () => console.log("libtensorflow is here"));
exports.matMul = () => ({ dataSync: () => Float32Array.from(product.split(","), Number) });
exports.backend = () => ({ binding: { TF_Version: version }, isUsingGpuDevice: false });
`;

function answer(change: object): string {
  const fields = { version: VERSION, include: "tf/include", lib: "tf", cuda: false, ...change };
  return JSON.stringify(fields);
}

/** A Python that says this, after noise. */
function python(...lines: readonly string[]): string {
  const says = lines.map((line) => `printf '%s\\n' '${line.replaceAll("'", "")}'`);
  return ["#!/bin/sh", "echo 'I0000 00:00 port.cc:153] oneDNN is on' >&2", ...says, ""].join("\n");
}

function enginePackage(name: string): Record<string, string | object> {
  const at = `node_modules/@tensorflow/${name}`;
  return {
    [`${at}/package.json`]: { name: `@tensorflow/${name}`, version: "4.22.0", main: "dist/index" },
    [`${at}/binding.gyp`]: "{}",
    [`${at}/binding/a.cc`]: "",
    [`${at}/dist/index.js`]: DIST,
    [`${at}/deps/old`]: "old",
    [`${at}/lib/napi-v8/tfjs_binding.node`]: "old",
  };
}

/** Makes a user's folder with the command, fake packages of tfjs-node, and fake Pythons named by what they say. */
export function fakeTensorFlow(): Workplace {
  const place = workplace({
    ...enginePackage("tfjs-node"),
    ...enginePackage("tfjs-node-gpu"),
    "node_modules/@mapbox/node-pre-gyp/package.json": { version: "1.0.9", bin: "./bin/tool.js" },
    "node_modules/@mapbox/node-pre-gyp/bin/tool.js": BUILDER,
    "python/good": python("some noise", answer({})),
    "python/old": python(answer({ version: "2.8.4" })),
    "python/bare": python('{"error": "ModuleNotFoundError: No module named tensorflow"}'),
    "python/headless": python(answer({ include: "nowhere" })),
    "python/stripped": python(answer({ lib: "nowhere" })),
    "python/mumbling": `${python("no JSON")}echo 'bad interpreter' >&2\nexit 3\n`,
    "python/plain-file": "",
    "tf/include/tensorflow/c/c_api.h": "",
    "tf/include/tensorflow/c/eager/c_api.h": "",
    "tf/libtensorflow_cc.so.2": "",
    "tf/libtensorflow_framework.so.2": "",
    "tf/libtensorflow_cc.2.dylib": "",
    "tf/libtensorflow_framework.2.dylib": "",
  });
  for (const name of ["good", "old", "bare", "headless", "stripped", "mumbling"])
    chmodSync(place.file(`python/${name}`), 0o755);
  installCommand(place.folder);
  return place;
}
