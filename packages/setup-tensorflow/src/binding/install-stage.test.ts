import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SetupError } from "../setup-error.js";
import { installStage } from "./install-stage.js";

let root: string;
beforeEach(() => (root = mkdtempSync(path.join(tmpdir(), "unequal-stage-"))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

function place(name: string, text: string): string {
  const file = path.join(root, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

test("what was built takes the place of what was there", () => {
  const [deps, lib] = [place("package/deps/a", "old"), place("package/lib/a", "old")];
  place("package/stage/deps/a", "new");
  place("package/stage/lib/a", "new");
  installStage(path.join(root, "package/stage"), path.join(root, "package"));
  expect([deps, lib].map((file) => readFileSync(file, "utf8"))).toEqual(["new", "new"]);
});

test("moves made before one that fails are undone", () => {
  const [deps, lib] = [place("package/deps/a", "old"), place("package/lib/a", "old")];
  const staged = place("package/stage/deps/a", "new");
  const call = (): void =>
    installStage(path.join(root, "package/stage"), path.join(root, "package"));
  expect(call).toThrow(SetupError);
  expect([deps, lib].map((file) => readFileSync(file, "utf8"))).toEqual(["old", "old"]);
  expect(readFileSync(staged, "utf8")).toBe("new");
});

test("a package that had nothing has nothing after a failure", () => {
  place("package/stage/deps/a", "new");
  const call = (): void =>
    installStage(path.join(root, "package/stage"), path.join(root, "package"));
  expect(call).toThrow("All is as before");
  expect(existsSync(path.join(root, "package/deps"))).toBe(false);
});
