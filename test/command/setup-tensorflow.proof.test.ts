import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { installCommand } from "./install-command.js";
import { packageFolder } from "./package-folder.js";
import { runCommand } from "./run-command.js";
import { workplace, type Workplace } from "./workplace.js";

const NAME = "@tensorflow/tfjs-node";
const { UNEQUAL_TENSORFLOW_PYTHON: python, UNEQUAL_REQUIRE: required } = process.env;
const backends = createRequire(import.meta.url).resolve("@unequal/backends/package.json");

const installed = packageFolder(NAME, backends);
const missing =
  python === undefined
    ? "UNEQUAL_TENSORFLOW_PYTHON names no Python"
    : installed === undefined
      ? `${NAME} is not installed`
      : undefined;

let place: Workplace;
beforeAll(() => {
  place = workplace({});
  installCommand(place.folder);
});
afterAll(() => place.dispose());

/** Copies the package as npm left it before its scripts, with links to its dependencies, so that the installed one stays as it is. */
function copyPackage(from: string): string {
  const copy = place.file(`node_modules/${NAME}`);
  const native = ["deps", "lib"].map((name) => path.join(from, name));
  cpSync(from, copy, { recursive: true, filter: (file) => !native.includes(file) });
  const manifest = path.join(from, "package.json");
  const { dependencies } = JSON.parse(readFileSync(manifest, "utf8")) as { dependencies: object };
  // its JavaScript also requires a package that it does not declare
  for (const name of [...Object.keys(dependencies), "@tensorflow/tfjs-core"]) {
    const link = place.file(`node_modules/${name}`);
    mkdirSync(path.dirname(link), { recursive: true });
    symlinkSync(packageFolder(name, manifest) ?? name, link);
  }
  return copy;
}

test.skipIf(missing !== undefined && required !== "all")(
  `setup builds a binding that answers as Python's TensorFlow${missing === undefined ? "" : ` (${missing})`}`,
  { timeout: 300_000 },
  async () => {
    if (python === undefined || installed === undefined) throw new Error(missing);
    const copy = copyPackage(installed);
    const args = ["setup", "tensorflow", "--python", python, "--json"];
    const { code, stdout, stderr } = await runCommand(args, place.folder, {}, 280_000);
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining("Checked") });
    const result = JSON.parse(stdout) as { readonly tensorflow: string };
    expect(result).toMatchObject({ folder: copy, binding: result.tensorflow, python });
    expect(existsSync(path.join(copy, "deps/include/tensorflow/c/c_api.h"))).toBe(true);
    expect(existsSync(path.join(copy, "lib/napi-v8/tfjs_binding.node"))).toBe(true);
  },
);
