import { tensorflow, webgpu } from "@unequal/backends";
import type { EngineDescription } from "@unequal/core";
import { describe, expect, test } from "vitest";
import { adviseEngine } from "./advise-engine.js";
import { doctorText } from "./doctor-text.js";
import { NOTHING_FOUND, type EngineFindings, type Trial } from "./engine-findings.js";
import type { EngineReport } from "./engine-report.js";
import { engineTable } from "./engine-table.js";
import { findingsLine, readFindings } from "./findings-line.js";

const GIB = 2 ** 30;
const trial = (name: string, rest: Partial<Trial> = {}): Trial => ({
  name,
  works: true,
  milliseconds: 1,
  ...rest,
});

/** An engine that works on the CPU, but for what is said otherwise. */
function report(name: string, rest: Partial<EngineReport> = {}): EngineReport {
  return {
    name,
    plugin: "backends",
    engine: name,
    packages: { [name]: "4.22.0" },
    installed: true,
    starts: true,
    works: true,
    device: "CPU (test)",
    memory: 8 * GIB,
    notes: [],
    warnings: [],
    kernels: [trial("dense"), trial("lstm")],
    signals: [trial("loss")],
    training: { ...trial("training"), millisecondsPerStep: 1.234 },
    seconds: 1,
    ...rest,
  };
}

function absent(name: string, rest: Partial<EngineReport> = {}): EngineReport {
  const { device: _device, training: _training, ...others } = report(name);
  const nothing = { starts: false, works: false, memory: null, kernels: [], signals: [] };
  return { ...others, ...nothing, ...rest };
}

test("the table is aligned; what is missing is a dash", () => {
  const missing = { packages: { webgpu: null }, installed: false };
  expect(engineTable([report("cpu"), absent("webgpu", missing)])).toEqual([
    "engine  installed  starts  kernels  signals  ms/step  runs on",
    "cpu     4.22.0     yes     2 of 2   1 of 1   1.23     CPU (test), 8.0 GiB",
    "webgpu  no         no      –        –        –        –",
  ]);
});

test("a long device goes on below, and the table fits 100 columns", () => {
  const device =
    "a maker of cards, an architecture of theirs, A Long Name of a Card (driver 1.2.3)";
  const [, first, ...others] = engineTable([
    report("tensorflow-gpu", { device, largestTensor: GIB, kernels: [] }),
  ]);
  const column = first?.indexOf("a maker") ?? 0;
  expect(first?.slice(0, column)).toBe(
    "tensorflow-gpu  4.22.0     yes     –        1 of 1   1.23     ",
  );
  expect(others.length).toBeGreaterThan(0);
  for (const line of others) expect(line).toMatch(new RegExp(`^ {${column}}\\S`));
  const text = [first, ...others].map((line) => line?.slice(column)).join(" ");
  expect(text).toBe(`${device}, tensors up to 1.0 GiB`);
  for (const line of [first, ...others]) expect(line?.length).toBeLessThanOrEqual(100);
});

test("training that fails, and the engine of a plugin", () => {
  const [, line] = engineTable([
    report("own", { packages: {}, training: trial("training", { works: false }) }),
  ]);
  expect(line).toMatch(/^own +plugin +yes .* fails +CPU/);
});

test("auto is no row but a sentence, and advice comes last", () => {
  const auto = report("auto", { notes: ['backend "auto" took cpu.'] });
  const reports = [
    { ...report("cpu"), advice: ["word ".repeat(30).trim()] },
    { ...auto, advice: [] },
  ];
  const lines = doctorText(reports).split("\n");
  expect(lines.slice(2, 6)).toEqual(["", 'backend "auto" took cpu.', "", "What to do:"]);
  expect(lines[6]).toMatch(/^- cpu: word .* word$/);
  expect(lines[7]).toMatch(/^ {2}word/);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(100);
});

describe("what to do", () => {
  const ENGINES: Readonly<Record<string, EngineDescription | undefined>> = {
    tensorflow: tensorflow.definition.engine,
    webgpu: webgpu.definition.engine,
  };
  const advise = (of: EngineReport, engine = ENGINES[of.name] ?? {}): readonly string[] =>
    adviseEngine(of, engine);
  const unavailable = {
    code: "BACKEND_UNAVAILABLE",
    message: "It did not start.",
    during: "start",
  };

  test("nothing about an engine that works", () => {
    expect(advise(report("wasm"))).toEqual([]);
  });

  test.each([
    ["tensorflow", "@tensorflow/tfjs-node", "`npm install @tensorflow/tfjs-node`"],
    ["tensorflow", "@tensorflow/tfjs-node", "--ignore-scripts"],
    ["tensorflow", "@tensorflow/tfjs-node", "npx unequal setup tensorflow`"],
    ["webgpu", "webgpu", "`npm install webgpu @tensorflow/tfjs-backend-webgpu`"],
  ])("%s without %s: %s", (name, missing, command) => {
    const lacking = absent(name, {
      installed: false,
      packages: { [missing]: null },
      problem: unavailable,
    });
    const advice = advise(lacking);
    expect(advice).toHaveLength(1);
    expect(advice[0]).toContain(`Not installed: ${missing}.`);
    expect(advice[0]).toContain(command);
  });

  test("tensorflow that is installed but does not start is set up", () => {
    const advice = advise(absent("tensorflow", { problem: unavailable }));
    expect(advice.join()).toContain("It did not start.");
    expect(advice.join()).toContain("`npx unequal setup tensorflow`");
  });

  test("an engine of anyone that is installed but does not start: what its definition says, for this machine", () => {
    const advice = [
      { text: "Everywhere." },
      { text: "Here.", platform: process.platform },
      { text: "Elsewhere.", platform: "amiga" },
      { text: "Without node.", unless: ["/no/such/file", process.execPath] },
      { text: "Without that.", unless: ["/no/such/file"] },
      { text: "It did not start." },
    ];
    const own = absent("own", { problem: unavailable });
    expect(advise(own, { advice })).toEqual([
      "At starting: BACKEND_UNAVAILABLE It did not start.",
      "Everywhere.",
      "Here.",
      "Without that.",
    ]);
  });

  test.runIf(process.platform === "linux")("webgpu that does not start: the driver", () => {
    expect(advise(absent("webgpu", { problem: unavailable })).join()).toContain("Vulkan driver");
  });

  test("webgpu that starts but fails later is told nothing of drivers", () => {
    const problem = { ...unavailable, during: "training" };
    expect(advise(report("webgpu", { problem }))).toHaveLength(1);
  });

  test.each([
    [
      "There is none. Or choose another: `unequal doctor` shows which start here.",
      "There is none.",
    ],
    [
      "Run `npm i x`, or choose another: `unequal doctor` shows which start here.",
      "Run `npm i x`.",
    ],
    ["No engine: a; b. `unequal doctor` says what each needs.", "No engine: a; b."],
  ])("who runs doctor is not told to: %s", (message, left) => {
    const problem = { ...unavailable, message };
    expect(advise(absent("own", { problem }))).toEqual([
      `At starting: BACKEND_UNAVAILABLE ${left}`,
    ]);
  });

  test("kernels and signals that fail alike share a sentence", () => {
    const failure = { works: false, code: "MODEL_UNSUPPORTED", message: "Not this model." };
    const lstm = trial("lstm", { works: false, code: "KERNEL_MISSING", missing: "Cumprod" });
    const kernels = [trial("dense", failure), trial("conv2d", failure), lstm];
    expect(advise(report("own", { kernels }))).toEqual([
      "Training of dense, conv2d fails: MODEL_UNSUPPORTED Not this model.",
      expect.stringMatching(/^Training of lstm fails, since the engine has no kernel Cumprod/),
    ]);
  });
});

test("findings are read from among what others print, the last whole line of them", () => {
  const started: EngineFindings = { ...NOTHING_FOUND, starts: true, device: "a card" };
  const text = `hello${findingsLine(NOTHING_FOUND)}noise${findingsLine(started)}bye\nunequal-findings {"du`;
  expect(readFindings(text)).toEqual(started);
  expect(readFindings("hello\n")).toEqual(NOTHING_FOUND);
});
