import { expect, test } from "vitest";
import type { Gate } from "../../contracts/scheduler.js";
import type { Spec } from "../../plugin/part.js";
import { Registry } from "../../plugin/registry.js";
import { setUpPart } from "../../plugin/set-up-part.js";
import { describeGate } from "../../testing/index.js";
import { schedulersPlugin } from "../schedulers-plugin.js";
import {
  all,
  always,
  any,
  never,
  not,
  recorded,
  tau,
  totalVariation,
  warmUp,
  windowGate,
} from "../../index.js";

const registry = new Registry([schedulersPlugin]);

function decisions(spec: Spec<"gate">, updates: number): string {
  const gate: Gate = setUpPart("gate", spec, { registry });
  return Array.from({ length: updates }, (_, update) =>
    gate.decide({ update, seen: 0, trained: 0, epoch: 0, updatesPerEpoch: 10, pass: 0, seconds: 0 })
      ? "1"
      : "0",
  ).join("");
}

test.each<[Spec<"gate">, string]>([
  ["always", "111111"],
  ["never", "000000"],
  [warmUp({ updates: 2 }), "001111"],
  [windowGate({ start: 1, end: 5, every: 2 }), "010100"],
  [recorded({ switches: [1, 3, 4] }), "011011"],
  [any({ of: [windowGate({ end: 1 }), warmUp({ updates: 4 })] }), "100011"],
  [all({ of: ["always", { name: "warm-up", updates: 3 }] }), "000111"],
  [not({ of: { name: "all", of: [warmUp({ updates: 1 }), windowGate({ end: 3 })] } }), "100111"],
])("%o decides %s", (spec, expected) => {
  expect(decisions(spec, 6)).toBe(expected);
});

test("a recorded gate repeats the uniform steps of a run that measured its costs", () => {
  const uniform = (spec: Spec<"gate">): number[] =>
    Array.from(decisions(spec, 100)).flatMap((made, update) => (made === "0" ? [update] : []));
  expect(uniform(recorded({ switches: [2] }))).toEqual([0, 1]);
  expect(uniform(recorded({ switches: [2], measured: true }))).toEqual([
    0, 1, 22, 23, 24, 25, 26, 67, 68, 69, 70, 71,
  ]);
});

test("a combined gate needs what its gates need, and tells them the facts", () => {
  const gate = setUpPart("gate", all({ of: ["always", tau({ costs: { score: 9, step: 1 } })] }), {
    registry,
  });
  expect([...gate.requires]).toEqual(["estimate"]);
  const facts = { batchSize: 2, presample: 4, size: 9, estimated: true };
  expect(() => gate.bind?.({ ...facts, sizes: { candidates: 4, count: 2 } })).toThrow(
    /cannot pay while/,
  );
});

describeGate(always());
describeGate(never());
describeGate(warmUp({ updates: 3 }));
describeGate(windowGate({ start: 2, end: 9, every: 2 }));
describeGate(recorded({ switches: [2, 5] }));
describeGate(tau({ costs: { backward: 2 } }));
describeGate(tau({ account: "slides", form: "paper" }));
describeGate(totalVariation());
describeGate(totalVariation({ threshold: 0.3, margin: 0, dwell: 3, smoothing: 0.5 }));
describeGate(any({ of: [always(), never()] }));
describeGate(all({ of: [always(), tau({ costs: { backward: 2 } })] }));
describeGate(not({ of: never() }));
