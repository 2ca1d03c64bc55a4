import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { compileFunction } from "node:vm";
import * as tf from "@tensorflow/tfjs";
import ts from "typescript";

/** The exports of a module, or the globals that it is run with. */
export type Names = Readonly<Record<string, unknown>>;

const packageFile = createRequire(import.meta.url).resolve("@tensorflow/tfjs-core/package.json");
const SOURCES = join(dirname(packageFile), "dist");

/** The modules that are run from tfjs's sources: its specs, and the helper that declares them. */
const OF_SPECS = /(_test|\/jasmine_util)\.js$/;

/**
 * What any other module of tfjs-core is to a spec: the names that the running copy exports. So specs,
 * engine and kernels share one copy, the one that every program gets.
 */
const RUNNING = new Proxy<Names>(
  {
    ...tf.backend_util,
    ...tf.util,
    ...tf.test_util,
    ...tf,
    ENGINE: tf.engine(),
    __esModule: true,
  },
  {
    get: (names, name) => {
      if (name in names || typeof name === "symbol") return Reflect.get(names, name) as unknown;
      throw new Error(`A spec must import what @tensorflow/tfjs exports, but imports "${name}".`);
    },
  },
);

/** Runs one of tfjs's modules as CommonJS. */
function evaluate(file: string, globals: Names, load: (id: string) => unknown): Names {
  const { outputText } = ts.transpileModule(readFileSync(file, "utf8"), {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const exports = {};
  const parameters = ["require", "exports", ...Object.keys(globals)];
  const run = compileFunction(outputText, parameters, { filename: file });
  (run as (...values: unknown[]) => void)(load, exports, ...Object.values(globals));
  return exports;
}

/**
 * Returns what runs one of tfjs's spec modules, given its path below `dist` without `.js`; modules that
 * it imports are run once.
 *
 * @param globals what Jasmine puts into scope: `describe`, `it`, `expect`, ...
 */
export function specLoader(globals: Names): (module: string) => Names {
  const loaded = new Map<string, Names>();
  const load = (file: string): Names => {
    const module =
      loaded.get(file) ??
      evaluate(file, globals, (id) => {
        // jasmine_util asks jasmine-core itself for a copy, only to set its timeout
        if (!id.startsWith(".")) return { core: () => ({}) };
        const target = `${resolve(dirname(file), id)}.js`;
        return OF_SPECS.test(target) ? load(target) : RUNNING;
      });
    loaded.set(file, module);
    return module;
  };
  return (module) => load(join(SOURCES, `${module}.js`));
}
