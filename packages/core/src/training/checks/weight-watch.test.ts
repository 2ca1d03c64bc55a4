import { describe, expect, test } from "vitest";
import type { UnequalEvent } from "../../contracts/events.js";
import { EventBus } from "../../events.js";
import { createWeightWatch } from "./weight-watch.js";

function watched() {
  const events = new EventBus();
  const told: UnequalEvent<"warning">[] = [];
  events.on("warning", (event) => told.push(event));
  return { watch: createWeightWatch(events), told };
}

function rows(coefficients: readonly number[], losses: readonly number[]) {
  return {
    ids: Uint32Array.from(coefficients, (_, row) => 100 + row),
    coefficients: Float32Array.from(coefficients),
    losses: Float32Array.from(losses),
  };
}

const law = (expected: readonly number[]) => ({
  expected: Float64Array.from(expected),
  variance: (e: number) => e,
});

describe("exploding weights", () => {
  test("one row of 4 that counts 80 times makes up 40/41 of the loss", () => {
    const { watch, told } = watched();
    watch.drawn(law([0, 2, 1, 1]));
    // n c = 80, 1, 1, 1; c ℓ = 20 · 2, 0.25 · 4/3 three times
    watch.stepped(rows([0.25, 0.25, 20, 0.25], [4 / 3, 4 / 3, 2, 4 / 3]));
    expect(told).toMatchObject([{ code: "WEIGHTS_EXPLODED" }]);
    const message = told[0]?.message ?? "";
    expect(message).toContain("example 102 counts 80 times as much");
    expect(message).toContain("98 % of the step's loss"); // 40/41
    expect(message).toContain("worth 1.1 rows instead of 4"); // 20.75² / (400 + 3/16)
    expect(message).toContain("25 % of the candidates have no chance");
    for (const remedy of ["additive", "adaptive", "uniform share"])
      expect(message.indexOf(remedy)).toBeLessThan(message.indexOf("capped"));
  });

  test.each([
    ["that costs as little as its score said", [0.25, 0.25, 20, 0.25], [2, 2, 0.025, 2]],
    ["whose weight is no more than 10", [0.25, 0.25, 2.5, 0.25], [0, 0, 9, 0]],
    ["that is the only one", [20], [3]],
    ["of three", [20, 0.25, 0.25], [3, 1, 1]],
    ["with three quarters of the loss", [0.25, 0.25, 20, 0.25], [4, 4, 0.45, 4]],
  ])("a row %s is none", (_, coefficients, losses) => {
    const { watch, told } = watched();
    watch.stepped(rows(coefficients, losses));
    expect(told).toEqual([]);
  });

  test("are told of the 1st, 10th and 100th time", () => {
    const { watch, told } = watched();
    for (let step = 0; step < 100; step++) watch.stepped(rows([20, 0.5, 0.5, 0.5], [3, 1, 1, 1]));
    expect(told.length).toBe(3);
  });
});

test("rows out of reach are told of where they make up more than a twentieth of the loss", () => {
  const { watch, told } = watched();
  watch.reach(law([0, 1, 1]), Float32Array.of(1, 10, 10)); // 1/21
  watch.reach(law([0, 1, 1]), Float32Array.of(0, 0, 0));
  expect(told).toEqual([]);
  watch.reach(law([0, 1, 1]), Float32Array.of(1, 9, 9)); // 1/19
  expect(told).toMatchObject([{ code: "EXAMPLES_UNREACHABLE" }]);
  expect(told[0]?.message).toMatch(/5.3 % of the loss have no chance/);
});
