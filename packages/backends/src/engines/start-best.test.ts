import { UnequalError, type Backend, type EngineFacts, type ErrorCode } from "@unequal/core";
import { expect, test } from "vitest";
import { startBest, type Candidate } from "./start-best.js";

/** Stands in for an engine, and writes down what is done with it. */
function fake(name: string, outcome: Partial<EngineFacts> | Error, done: string[] = []): Backend {
  return {
    name,
    start: () => {
      done.push(`${name} starts`);
      if (outcome instanceof Error) return Promise.reject(outcome);
      return Promise.resolve({ engine: name, device: `${name}'s device`, ...outcome });
    },
    learner: () => {
      throw new Error("not wanted here");
    },
  };
}

function refusal(code: ErrorCode, cause?: string): UnequalError {
  return new UnequalError(code, "It must start.", { cause: new Error(cause) });
}

const MISSING = refusal("BACKEND_UNAVAILABLE", "Cannot find package 'native'");
const WARNING = "It computes on the CPU.";

/** The list of auto, with engines that stand in. */
function candidates(native: Backend, web: Backend, found: boolean | Error): readonly Candidate[] {
  const findsGpu = () => (found instanceof Error ? Promise.reject(found) : Promise.resolve(found));
  return [
    { backend: native, gpu: true },
    { backend: { ...web, findsGpu }, gpu: true },
    { backend: native, gpu: false },
    { backend: fake("wasm", { hardware: "cpu" }), gpu: false },
  ];
}

test("a GPU that the first finds is taken, and nothing else is started", async () => {
  const done: string[] = [];
  const native = fake("native", { hardware: "gpu" }, done);
  const { facts } = await startBest(candidates(native, fake("web", {}, done), true));
  expect(facts).toMatchObject({ engine: "native", hardware: "gpu" });
  expect(facts.notes).toEqual([
    'backend "auto" took native on native\'s device (the first choice).',
  ]);
  expect(done).toEqual(["native starts"]);
});

test("a GPU that only the second finds is taken from it", async () => {
  const native = fake("native", MISSING);
  const { facts } = await startBest(candidates(native, fake("web", { hardware: "gpu" }), true));
  expect(facts.engine).toBe("web");
  expect(facts.notes?.[0]).toContain("(passed over: native is not installed)");
});

test("a GPU in software only is not started; the first goes on on the CPU, with its warning", async () => {
  const done: string[] = [];
  const native = fake("native", { hardware: "cpu", warnings: [WARNING], notes: ["Own."] }, done);
  const { facts, backend } = await startBest(candidates(native, fake("web", {}, done), false));
  expect(backend).toBe(native);
  expect(facts).toMatchObject({ engine: "native", warnings: [WARNING] });
  expect(facts.notes).toEqual([
    'backend "auto" took native on native\'s device (passed over: web finds no GPU).',
    "Own.",
  ]);
  expect(done).toEqual(["native starts", "native starts"]);
});

test("packages that are missing, broken, failed or running otherwise are passed over", async () => {
  for (const [web, why] of [
    [MISSING, "is not installed"],
    [refusal("BACKEND_UNAVAILABLE"), "does not start"],
    [refusal("ENGINE_FAILED"), "has failed in this process"],
    [refusal("OPTION_INVALID"), "runs already with other options"],
  ] as const) {
    const { facts } = await startBest(candidates(fake("native", MISSING), fake("web", {}), web));
    expect(facts.engine).toBe("wasm");
    expect(facts.notes?.[0]).toContain(`(passed over: native is not installed; web ${why})`);
  }
});

test("none that starts is an error that names them all; a fault of an engine is not hidden", async () => {
  await expect(startBest([{ backend: fake("native", MISSING), gpu: false }])).rejects.toThrow(
    "No engine starts here: native is not installed.",
  );
  await expect(
    startBest([{ backend: fake("native", new TypeError("a fault")), gpu: false }]),
  ).rejects.toThrow("a fault");
});
