import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isAbsent } from "../absent-engine.js";
import { readEvents } from "./events-file.js";
import { runCommand } from "./run-command.js";
import { TINY, workplace, type Workplace } from "./workplace.js";

const config = {
  ...TINY,
  gate: "tau",
  costs: { score: 1, step: 12 },
  presample: 48,
  maxSteps: 40,
};

/** How far a loss may be off cpu's, engine by engine. */
const TOLERANCES = {
  wasm: 1e-4,
  tensorflow: 1e-4,
  "tensorflow-gpu": 1e-4,
  webgpu: 1e-3,
  auto: 1e-3,
} as const;

interface Run {
  readonly code: number;
  readonly stderr: string;
  readonly losses: readonly number[];
  readonly importance: number;
  readonly testError: number;
}

let place: Workplace;
let wanted: Run;
let flat: Run;

/** Trains into a folder. */
async function trainInto(out: string, ...flags: readonly string[]): Promise<Run> {
  const args = ["train", ...flags, "--json"];
  const { code, stdout, stderr } = await runCommand(args, place.folder, {}, 110_000);
  if (code !== 0) return { code, stderr, losses: [], importance: 0, testError: Number.NaN };
  const result = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as { testError: number };
  const steps = readEvents(place.file(`${out}/events.jsonl`)).filter(
    ({ type }) => type === "step:end",
  );
  return {
    code,
    stderr,
    losses: steps.map(({ loss }) => loss as number),
    importance: steps.filter(({ importance }) => importance === true).length,
    testError: result.testError,
  };
}

const train = (backend: string): Promise<Run> =>
  trainInto(backend, "run.json", "--backend", backend, "--out", backend);

/** The learning rate is the same however long the run is to be. */
const FLAT = ["--lr-schedule", "1"];

beforeAll(async () => {
  place = workplace({ "run.json": config });
  wanted = await train("cpu");
  flat = await trainInto("flat", "run.json", "--backend", "cpu", "--out", "flat", ...FLAT);
}, 60_000);
afterAll(() => place.dispose());

describe("the same configuration but for its backend", () => {
  test("switches importance sampling on, on cpu", () => {
    expect(wanted).toMatchObject({ code: 0 });
    expect(wanted.losses).toHaveLength(40);
    expect(wanted.importance).toBeGreaterThan(5);
  });

  for (const [backend, tolerance] of Object.entries(TOLERANCES)) {
    test(`trains on ${backend} as on cpu, and its process ends by itself`, async ({ skip }) => {
      const { code, stderr, losses, importance, testError } = await train(backend);
      const absent = stderr.includes("BACKEND_UNAVAILABLE") && isAbsent(stderr);
      skip(absent && process.env["UNEQUAL_REQUIRE"] !== "all", stderr);
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(importance).toBe(wanted.importance);
      const gaps = losses.map((loss, step) => Math.abs(loss - (wanted.losses[step] ?? NaN)));
      expect(Math.max(...gaps.slice(0, 20))).toBeLessThan(tolerance);
      expect(Math.abs(testError - wanted.testError)).toBeLessThan(0.005);
    }, 120_000);

    test(`goes on on ${backend} from where wasm was saved`, async ({ skip }) => {
      const out = `from-wasm-to-${backend}`;
      const half = ["run.json", "--backend", "wasm", "--out", out, "--max-steps", "20", ...FLAT];
      expect(await trainInto(out, ...half)).toMatchObject({ code: 0 });
      const rest = ["--backend", backend, "--max-steps", "40", "--allow-changes"];
      const { code, stderr, losses } = await trainInto(out, "--resume", out, ...rest);
      const absent = stderr.includes("BACKEND_UNAVAILABLE") && isAbsent(stderr);
      skip(absent && process.env["UNEQUAL_REQUIRE"] !== "all", stderr);
      expect({ code, losses: losses.length }).toEqual({ code: 0, losses: 40 });
      const gaps = losses.map((loss, step) => Math.abs(loss - (flat.losses[step] ?? NaN)));
      expect(Math.max(...gaps.slice(0, 30))).toBeLessThan(10 * tolerance);
    }, 120_000);
  }
});
