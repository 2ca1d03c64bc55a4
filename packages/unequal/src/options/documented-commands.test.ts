import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { expect, test } from "vitest";
import { resolveConfig } from "../config/resolve-config.js";
import { addTrainFlags, readTrainFlags } from "./train-flags.js";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const pages = readdirSync(path.join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".md"))
  .map((file) => `docs/${file}`);

/** Every `unequal train …` with flags that a page shows, its comment left out; those with a file or a placeholder aside. */
const commands = ["README.md", ...pages].flatMap((page) => {
  const text = readFileSync(path.join(ROOT, page), "utf8");
  const found = [...text.matchAll(/^(?:npx )?unequal train (--[^#\n`]*)/gm)];
  return found.map(([, flags = ""]) => [page, flags.trim()] as const);
});

test("pages show commands", () => {
  expect(commands.length).toBeGreaterThan(5);
});

test.each(commands)("%s: unequal train %s", async (_, flags) => {
  const command = addTrainFlags(new Command().exitOverride().argument("[config]"));
  command.option("--json").option("--quiet").option("--verbose");
  command.option("--resume <dir>").option("--allow-changes").option("--overwrite");
  command.configureOutput({ writeErr: () => undefined });
  command.parse(flags.split(/\s+/), { from: "user" });
  const parsed = readTrainFlags(command.opts(), ROOT);
  await expect(resolveConfig({ layers: [], file: undefined }, parsed, ROOT)).resolves.toBeDefined();
});
