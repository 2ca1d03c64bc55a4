import { cpSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import path from "node:path";
import { BIN } from "./run-command.js";
import { packageFolder } from "./package-folder.js";

/** What is loaded from a copy looks for engines next to that, not in the repository. */
const COPIED = ["unequal", "@unequal/backends"];
const CLI = path.join(path.dirname(BIN), "../package.json");

function copy(from: string, to: string): void {
  for (const part of ["package.json", "bin", "dist"].filter((each) =>
    existsSync(path.join(from, each)),
  ))
    cpSync(path.join(from, part), path.join(to, part), {
      recursive: true,
      filter: (file) => statSync(file).isDirectory() || /\.(js|json)$/.test(file),
    });
}

/** Installs the built command in a folder, where `runCommand` takes it from: packages next to it are its engines. */
export function installCommand(folder: string): void {
  const names = COPIED.flatMap((name) => {
    const manifest =
      name === "unequal" ? CLI : path.join(packageFolder(name, CLI) ?? "", "package.json");
    const { dependencies } = JSON.parse(readFileSync(manifest, "utf8")) as { dependencies: object };
    return [name, ...Object.keys(dependencies)];
  });
  for (const name of new Set(names)) {
    const from = name === "unequal" ? path.dirname(CLI) : packageFolder(name, CLI);
    if (from === undefined) throw new Error(`${name} is missing: run npm install first.`);
    const to = path.join(folder, "node_modules", name);
    mkdirSync(path.dirname(to), { recursive: true });
    if (COPIED.includes(name)) copy(from, to);
    else symlinkSync(from, to);
  }
}
