import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readEvents, withoutTimes } from "./events-file.js";
import { runCommand } from "./run-command.js";
import { TINY, workplace, type Workplace } from "./workplace.js";

let place: Workplace;
beforeAll(() => {
  place = workplace({
    "unequal.config.json": { ...TINY, gate: { name: "warm-up", updates: 20 } },
    "wrong.json": { ...TINY, scoring: { name: "background", age: 0 } },
    "uniform.json": { ...TINY, sampler: "uniform", scoring: "background" },
  });
});
afterAll(() => place.dispose());

describe("unequal train --scoring background", () => {
  beforeAll(async () => {
    for (const out of ["runs/a", "runs/b"]) {
      const args = ["train", "--scoring", "background", "--out", out];
      const { code, stdout } = await runCommand(args, place.folder);
      expect(stdout).toContain("scoring background: It was asked for.");
      expect(stdout).toMatch(/Scoring took .* updates old on average/);
      expect(code).toBe(0);
    }
  }, 120_000);

  test("draws by scores of earlier parameters", () => {
    const events = readEvents(place.file("runs/a/events.jsonl"));
    const ages = events.filter(({ type }) => type === "step:end").map(({ age }) => age);
    expect(ages).toHaveLength(60);
    expect(ages.slice(0, 20)).toEqual(new Array(20).fill(undefined));
    // the first pool is scored when importance sampling comes on, others one update before their step
    expect(ages.slice(20)).toEqual([0, ...new Array<number>(39).fill(1)]);
  });

  test("is the same run twice, but for its times", () => {
    const [first, second] = ["runs/a", "runs/b"].map((out) =>
      withoutTimes(readEvents(place.file(`${out}/events.jsonl`))),
    );
    expect(first).toEqual(second);
  });

  test("is written down in its configuration", () => {
    const written = JSON.parse(readFileSync(place.file("runs/a/config.json"), "utf8")) as object;
    expect(written).toMatchObject({ scoring: "background" });
  });
});

test.each([
  [["train", "wrong.json"], /CONFIG_INVALID.*age/],
  [["train", "--scoring", "behind"], /scoring/],
  [["train", "uniform.json"], /OPTION_INVALID.*nothing|without scores/],
])("%j is refused", async (args, message) => {
  const { code, stderr } = await runCommand(args, place.folder);
  expect(code).toBeGreaterThan(0);
  expect(stderr.replaceAll("\n", " ")).toMatch(message);
});
