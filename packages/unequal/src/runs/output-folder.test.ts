import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { UnequalError } from "@unequal/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readModel } from "./load-run.js";
import { openOutputFolder, type OutputFolder } from "./output-folder.js";

let place: string;
beforeEach(() => (place = mkdtempSync(path.join(tmpdir(), "unequal-out-"))));
afterEach(() => rmSync(place, { recursive: true }));

const file = (name: string): string => path.join(place, "run", name);
const model = (weight: number) => ({
  format: "toy",
  files: { "model.json": new TextEncoder().encode("{}"), "weights.bin": Uint8Array.of(weight) },
});

function begun(config: object): OutputFolder {
  const folder = openOutputFolder("run", place);
  folder.begin(config);
  return folder;
}

function fault(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(UnequalError);
    expect((error as UnequalError).code).toBe("OUTPUT_FAILED");
    return (error as UnequalError).message;
  }
  throw new Error("nothing was thrown");
}

test("a model is read again with the run that it is of", () => {
  const folder = begun({ seed: 1 });
  folder.finish(model(7));
  const { run, files } = readModel("run", place);
  expect(run).toMatch(/^[0-9a-f]{8}$/);
  expect([...(files["weights.bin"] ?? [])]).toEqual([7]);
  expect(JSON.parse(readFileSync(file("config.json"), "utf8"))).toEqual({ seed: 1 });
  expect(readdirSync(path.join(place, "run")).sort()).toEqual([
    ...["config.json", "model.json", "run.json", "weights.bin"],
  ]);
});

describe("once another run begins", () => {
  test("the former model is gone, whatever its files were called, and the folder says that there is none", () => {
    const extra = { format: "toy", files: { "specs.json": Uint8Array.of(1) } };
    begun({ seed: 1 }).finish(extra);
    writeFileSync(file("notes.txt"), "the user's");
    begun({ seed: 2 });
    expect(readdirSync(path.join(place, "run")).sort()).toEqual([
      ...["config.json", "notes.txt", "run.json"],
    ]);
    expect(fault(() => readModel("run", place))).toMatch(
      /has left none: it goes on, or was killed/,
    );
  });

  test("an error that ended it is told, and not over a model", () => {
    const folder = begun({ seed: 1 });
    folder.fail(new UnequalError("LOSS_NOT_FINITE", "it is NaN"));
    expect(fault(() => readModel("run", place))).toContain("ended by LOSS_NOT_FINITE");
    const other = begun({ seed: 2 });
    other.finish(model(1));
    other.fail(new Error("afterwards"));
    expect(readModel("run", place).files).toHaveProperty(["weights.bin"]);
  });

  test("nothing outside of the folder is removed, whatever its manifest lists", () => {
    begun({}).finish(model(1));
    writeFileSync(path.join(place, "precious"), "");
    const manifest = JSON.parse(readFileSync(file("run.json"), "utf8")) as object;
    writeFileSync(file("run.json"), JSON.stringify({ ...manifest, model: { "../precious": "" } }));
    expect(fault(() => readModel("run", place))).toContain("run.json");
    begun({});
    expect(existsSync(path.join(place, "precious"))).toBe(true);
    expect(existsSync(file("weights.bin"))).toBe(false);
  });
});

test.each(["config.json", "model.json", "weights.bin"])("%s of another run is found", (name) => {
  begun({ seed: 1 }).finish(model(1));
  const other = readFileSync(file(name), "utf8");
  const folder = begun({ seed: 2 });
  folder.finish({ ...model(2), files: { ...model(2).files, "model.json": Uint8Array.of(1) } });
  writeFileSync(file(name), other);
  expect(fault(() => readModel("run", place))).toContain(`${name} in run must be as run `);
});

test("a run that ends after another began in its folder does not lend it its model", () => {
  const [first, second] = [begun({ seed: 1 }), begun({ seed: 2 })];
  first.finish(model(1));
  expect(fault(() => readModel("run", place))).toContain("config.json");
  second.finish(model(2));
  expect([...(readModel("run", place).files["weights.bin"] ?? [])]).toEqual([2]);
});

test("a model that is gone, or a manifest that is none, is told", () => {
  begun({}).finish(model(1));
  rmSync(file("weights.bin"));
  expect(fault(() => readModel("run", place))).toMatch(/cannot be read: ENOENT/);
  writeFileSync(file("run.json"), "[]");
  expect(fault(() => readModel("run", place))).toContain("run.json");
  rmSync(file("run.json"));
  expect(fault(() => readModel("run", place))).toContain("run.json");
});

test("a folder that cannot be written is refused before anything is removed", () => {
  writeFileSync(path.join(place, "run"), "");
  expect(fault(() => openOutputFolder("run", place))).toContain("--out");
  expect(fault(() => openOutputFolder("run/deeper", place))).toContain("--out");
});
