import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readEvents, withoutTimes, type EventRecord } from "./events-file.js";
import { runCommand } from "./run-command.js";
import { TINY, workplace, type Workplace } from "./workplace.js";

let place: Workplace;
beforeAll(() => {
  place = workplace({
    // Scoring said to be so cheap that the tau gate switches within 60 steps.
    "given.json": { ...TINY, costs: { score: 0.05, step: 1 } },
    "dropout.json": {
      ...TINY,
      model: { name: "mlp", hidden: [32], dropout: 0.3 },
      costs: { score: 0.05, step: 1 },
    },
    "measured.json": {
      ...TINY,
      gate: { name: "any", of: ["tau", { name: "warm-up", updates: 40 }] },
      scoring: "inline",
      rate: "fixed",
      maxSteps: 120,
    },
  });
});
afterAll(() => place.dispose());

async function eventsOf(config: string, out: string, ...flags: string[]): Promise<EventRecord[]> {
  const { code, stderr } = await runCommand(
    ["train", config, "--out", out, "--quiet", ...flags],
    place.folder,
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return readEvents(place.file(`${out}/events.jsonl`));
}

const switchesOf = (events: readonly EventRecord[]): number[] =>
  events.filter(({ type }) => type === "schedule:switched").map(({ step }) => step);

describe.each(["given.json", "dropout.json"])("%s, costs given and a budget in steps", (config) => {
  test("one seed makes one run, another seed another", async () => {
    const first = await eventsOf(config, `${config}-a`, "--seed", "7");
    const second = await eventsOf(config, `${config}-b`, "--seed", "7");
    const other = await eventsOf(config, `${config}-c`, "--seed", "8");
    expect(first.filter(({ type }) => type === "step:end")).toHaveLength(60);
    expect(switchesOf(first).length).toBeGreaterThan(0);
    expect(withoutTimes(second)).toEqual(withoutTimes(first));
    expect(withoutTimes(other)).not.toEqual(withoutTimes(first));
  });
});

test("dropout takes part in training", async () => {
  const loss = (events: readonly EventRecord[]): unknown =>
    events.find(({ type }) => type === "step:end")?.["loss"];
  const [plain, dropout] = [await eventsOf("given.json", "p"), await eventsOf("dropout.json", "d")];
  expect(loss(dropout)).not.toBe(loss(plain));
});

test("recorded switches of a run with measured costs replay it", async () => {
  const recorded = (switches: readonly number[]): string =>
    `import { gates } from "unequal";
     import base from "./measured.json";
     export default { ...base, gate: gates.recorded({ switches: [${switches.join(", ")}], measured: true }) };`;
  const first = await eventsOf("measured.json", "measured");
  expect(first.some(({ type }) => type === "costs:calibrated")).toBe(true);
  expect(switchesOf(first).length).toBeGreaterThan(0);
  writeFileSync(place.file("replay.ts"), recorded(switchesOf(first)));
  const second = await eventsOf("replay.ts", "replay");
  const steps = (events: readonly EventRecord[]): unknown =>
    withoutTimes(events.filter(({ type }) => ["step:end", "batch:scored"].includes(type)));
  const uniform = second.filter(({ type, importance }) => type === "step:end" && !importance);
  expect(Math.max(...uniform.map(({ step }) => step)), "a uniform step in between").toBeGreaterThan(
    60,
  );
  expect(steps(second)).toEqual(steps(first));
});
