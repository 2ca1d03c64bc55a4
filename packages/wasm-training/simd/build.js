/**
 * Compiles the AssemblyScript of this folder, and writes the module as text into a source file, so that it needs
 * neither a file system nor a server where it runs.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const SOURCE = fileURLToPath(new URL("index.ts", import.meta.url));
const TARGET = fileURLToPath(new URL("../src/engine/simd-binary.ts", import.meta.url));
// no runtime and no memory of its own: it works on the engine's
const OPTIONS = ["-O3", "--noAssert", "--runtime", "stub", "--enable", "simd"];
const MEMORY = ["--importMemory", "--noExportMemory", "--disableWarning", "112"];

const folder = await mkdtemp(join(tmpdir(), "simd-"));
try {
  const outFile = join(folder, "simd.wasm");
  const { error, stderr } = await asc.main([SOURCE, ...OPTIONS, ...MEMORY, "--outFile", outFile]);
  if (error !== null) throw new Error(`${error.message}\n${stderr.toString()}`);
  const text = (await readFile(outFile)).toString("base64");
  await writeFile(
    TARGET,
    `/** The compiled module of ../../simd, in base 64. Written by \`npm run build\`. */\nexport const SIMD_BINARY: string =\n  "${text}";\n`,
  );
} finally {
  await rm(folder, { recursive: true });
}
