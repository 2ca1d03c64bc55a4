import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { UnequalError } from "@unequal/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readModel } from "./load-run.js";
import { openOutputFolder, type FolderUse, type OutputFolder } from "./output-folder.js";

let place: string;
beforeEach(() => (place = mkdtempSync(path.join(tmpdir(), "unequal-out-"))));
afterEach(() => rmSync(place, { recursive: true }));

const file = (name: string): string => path.join(place, "run", name);
const model = (weight: number) => ({
  format: "toy",
  files: { "model.json": new TextEncoder().encode("{}"), "weights.bin": Uint8Array.of(weight) },
});

/** Opens the folder for a run, whatever is there, and lets it go, as the end of its process does. */
function begun(config: object, use: FolderUse = "overwrite"): OutputFolder {
  const folder = openOutputFolder("run", place, use);
  folder.begin(config);
  folder.close();
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

describe("a folder that holds a run", () => {
  const refused = (code: string): Error => expect.objectContaining({ code }) as Error;
  beforeEach(() => {
    begun({ seed: 1 }).finish(model(1));
    writeFileSync(file("events.jsonl"), "{}");
    mkdirSync(file("checkpoints"));
    writeFileSync(path.join(file("checkpoints"), "step-000000001.safetensors"), "");
  });

  test("is not taken by another unasked, and nothing in it changes", () => {
    const before = readdirSync(file(""), { recursive: true });
    expect(() => openOutputFolder("run", place)).toThrow(refused("FOLDER_TAKEN"));
    expect(readdirSync(file(""), { recursive: true })).toEqual(before);
  });

  test("has nothing of it left where another replaces it", () => {
    begun({ seed: 2 });
    expect(readdirSync(file("")).sort()).toEqual(["config.json", "run.json"]);
  });

  test("keeps all but its model where it goes on, under its name", () => {
    const { run } = readModel("run", place);
    begun({ seed: 1 }, "resume");
    expect(readdirSync(file("")).sort()).toEqual([
      ...["checkpoints", "config.json", "events.jsonl", "run.json"],
    ]);
    expect(JSON.parse(readFileSync(file("run.json"), "utf8"))).toMatchObject({ run });
  });

  test("is one process's at a time", () => {
    const { close } = openOutputFolder("run", place, "resume");
    for (const use of ["resume", "overwrite"] as const)
      expect(() => openOutputFolder("run", place, use)).toThrow(refused("FOLDER_LOCKED"));
    close();
    openOutputFolder("run", place, "resume").close();
  });
});

test("a folder without a run is none to go on with", () => {
  mkdirSync(file(""));
  expect(fault(() => openOutputFolder("run", place, "resume"))).toContain("run.json");
  expect(fault(() => openOutputFolder("nowhere", place, "resume"))).toContain("nowhere");
  expect(existsSync(path.join(place, "nowhere"))).toBe(false);
});
