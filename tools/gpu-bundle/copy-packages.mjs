import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";

/** What a program that runs does not read: types, maps, sources, tests, builds for browsers and documents. */
const NEEDLESS =
  /(?:\.map|\.d\.[cm]?ts|\.[cm]?ts|\.md|\.markdown|\.min\.js|\.html|\.flow|(?:^|\/)(?:tests?|__tests__|testing|docs|examples|umd|simd|node_modules|\.github)\/.*)$/i;

/** Packages of which Node reads a few files alone: those, by path in the package. */
const PARTS = [
  [/^@tensorflow\/tfjs-backend-wasm$/, /^(?:package\.json|LICENSE|dist\/.*(?:\.node\.js|\.wasm))$/],
  [/^@tensorflow\//, /^(?:package\.json|LICENSE|dist\/[^/]*\.node\.js)$/],
  [/^webgpu$/, /^(?:package\.json|LICENSE\.md|index\.js|dist\/linux-x64\/dawn\.node)$/],
  [/^zod$/, /^(?:package\.json|LICENSE|(?:index|v4\/|v3\/).*\.js|index\.js)$/],
];

/** Declared by TensorFlow.js, and read by none of the files that are taken of it, or not in Node 22. */
const UNUSED =
  /^(?:@types\/|@webgpu\/types$|core-js$|regenerator-runtime$|yargs$|argparse$|chalk$|node-fetch$|debug$|assemblyscript$)/;

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)));
}

/** Finds a package as Node does: in the node_modules of a folder or of one above. */
function locate(name, from) {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", name);
    if (existsSync(candidate)) return realpathSync(candidate);
    if (folder === dirname(folder)) throw new Error(`The package ${name} is not installed.`);
  }
}

function copyPackage(name, source, target) {
  const [, part] = PARTS.find(([which]) => which.test(name)) ?? [];
  for (const file of filesIn(source)) {
    if (part === undefined ? NEEDLESS.test(file) : !part.test(file)) continue;
    mkdirSync(dirname(join(target, file)), { recursive: true });
    copyFileSync(join(source, file), join(target, file));
  }
}

/** Copies packages, and what they depend on, into a flat node_modules; only the files that run. */
export function copyPackages(names, from, nodeModules) {
  const done = new Map();
  const visit = (name, folder) => {
    const source = locate(name, folder);
    if (done.get(name) === source) return;
    if (done.has(name))
      throw new Error(`There are two copies of ${name}: the bundle has room for one.`);
    done.set(name, source);
    copyPackage(name, source, join(nodeModules, name));
    const { dependencies = {} } = JSON.parse(readFileSync(join(source, "package.json"), "utf8"));
    for (const each of Object.keys(dependencies)) if (!UNUSED.test(each)) visit(each, source);
  };
  for (const name of names) visit(name, from);
}
