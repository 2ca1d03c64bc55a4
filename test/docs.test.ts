import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const PAGES = [
  "README.md",
  "CONTRIBUTING.md",
  "docs/architecture.md",
  "docs/benchmarks.md",
  "docs/command.md",
  "docs/errors.md",
  "docs/extending/sampler.md",
  "docs/methods/katyusha.md",
  "docs/methods/plain.md",
  "docs/methods/saga.md",
  "docs/methods/scsg.md",
  "docs/methods/svrg.md",
];

function read(file: string): Promise<string> {
  return readFile(path.join(ROOT, file), "utf8");
}

describe.each(PAGES)("%s", (page) => {
  test("links only to files that are there", async () => {
    const links = [...(await read(page)).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(
      ([, link]) => link as string,
    );
    const missing = links.filter((link) => !existsSync(path.join(ROOT, path.dirname(page), link)));
    expect(missing).toEqual([]);
  });
});

test("the sampler that README and docs quote is the example, which the consumer test runs", async () => {
  const source = (await read("examples/rank-sampler/rank-sampler.js")).trim();
  for (const page of ["README.md", "docs/extending/sampler.md"])
    expect(await read(page)).toContain(source);
});

test("README names exactly two commands to set up with", async () => {
  const commands = (await read("README.md")).match(/^npm .*$/gm);
  expect(commands).toEqual(["npm install && npm start", "npm install && npm test"]);
});
