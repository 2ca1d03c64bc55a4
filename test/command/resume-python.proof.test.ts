import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadState } from "@unequal/checkpoints";
import { runCommand } from "./run-command.js";
import { TINY, workplace, type Workplace } from "./workplace.js";

let place: Workplace;
beforeAll(() => {
  place = workplace({ "unequal.config.json": { ...TINY, gate: "always" } });
});
afterAll(() => place.dispose());

const PYTHON = process.env["UNEQUAL_TENSORFLOW_PYTHON"] ?? "python3";
const PROGRAM = `
import json, sys
from safetensors.numpy import load_file
print(json.dumps({name: [str(array.dtype), array.astype("float64").sum(), array.size] for name, array in load_file(sys.argv[1]).items()}))
`;

function hasSafetensors(): boolean {
  try {
    execFileSync(PYTHON, ["-c", "import safetensors.numpy"], { stdio: "ignore" });
    return true;
  } catch (error) {
    if (process.env["UNEQUAL_REQUIRE"] !== undefined) throw error;
    return false;
  }
}

interface Arrays {
  readonly [key: string]: unknown;
}

/** Lists the arrays of a state by their places. */
function arraysOf(
  value: unknown,
  place_: string,
): readonly (readonly [string, ArrayLike<number>])[] {
  if (ArrayBuffer.isView(value)) return [[place_, value as unknown as ArrayLike<number>]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value as Arrays).flatMap(([key, each]) =>
    arraysOf(
      each,
      place_ === "" ? key.replaceAll("/", "~") : `${place_}/${key.replaceAll("/", "~")}`,
    ),
  );
}

test("Python's safetensors opens a checkpoint, and finds the same values", async (context) => {
  if (!hasSafetensors()) return context.skip();
  const flags = ["train", "--out", "run", "--max-steps", "30", "--quiet"];
  expect(await runCommand(flags, place.folder)).toMatchObject({ code: 0, stderr: "" });
  const file = place.file("run/checkpoints/step-000000030.safetensors");
  const output = execFileSync(PYTHON, ["-c", PROGRAM, file], { encoding: "utf8" });
  const found = JSON.parse(output) as Record<string, [string, number, number]>;
  const state = arraysOf(await loadState(file), "");
  expect(Object.keys(found).sort()).toEqual(state.map(([name]) => name).sort());
  const TYPES: Readonly<Record<string, string>> = {
    Float32Array: "float32",
    Float64Array: "float64",
    Int32Array: "int32",
    Uint32Array: "uint32",
    Uint8Array: "uint8",
  };
  for (const [name, values] of state) {
    const [type, sum, size] = found[name] as [string, number, number];
    expect([name, type, size]).toEqual([name, TYPES[values.constructor.name], values.length]);
    const ours = Array.from(values).reduce((all, value) => all + value, 0);
    expect(Math.abs(sum - ours)).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(ours)) * size);
  }
  expect(state.map(([name]) => name)).toContain("trainer/parts/learner/variables/0");
});
