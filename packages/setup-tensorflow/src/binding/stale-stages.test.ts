import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { removeStaleStages, stagePrefix } from "./stale-stages.js";

const TWO_HOURS = 7_200_000;

test("stages of ended processes and old ones are removed, those of a running setup are not", () => {
  const root = mkdtempSync(path.join(tmpdir(), "unequal-stages-"));
  try {
    const { pid: gone } = spawnSync(process.execPath, ["--version"]);
    const names = [
      `${stagePrefix(gone)}a`,
      `${stagePrefix(process.pid)}b`,
      `${stagePrefix(process.pid)}old`,
      "dist",
    ];
    for (const name of names) mkdirSync(path.join(root, name, "lib"), { recursive: true });
    const now = statSync(root).mtimeMs;
    const then = (now - TWO_HOURS) / 1000;
    for (const name of names.slice(2)) utimesSync(path.join(root, name), then, then);
    removeStaleStages(root, now);
    expect(readdirSync(root).sort()).toEqual([`${stagePrefix(process.pid)}b`, "dist"]);
  } finally {
    rmSync(root, { recursive: true });
  }
});
