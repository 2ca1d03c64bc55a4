import { readFileSync } from "node:fs";
import path from "node:path";
import { PassThrough } from "node:stream";
import { defineReporter, schedulersPlugin } from "@unequal/core";
import { samplersPlugin } from "@unequal/samplers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { train, type TrainRequest } from "../../packages/unequal/src/commands/train.js";
import { readEvents, withoutTimes } from "./events-file.js";
import { configOf } from "./method-configs.js";
import { workplace, type Workplace } from "./workplace.js";

/** Costs are measured after 20 updates: what follows the clock is not compared. */
const STEPS = 19;
/** Within an epoch, after what parts change their ways at in so short a run. */
const STOPS = [11];

const parts = [...samplersPlugin.parts, ...schedulersPlugin.parts].map(
  ({ kind, definition }) => [kind, definition.name] as const,
);

let place: Workplace;
beforeAll(() => {
  place = workplace({ "zeros.json": Array<number>(640).fill(0) });
});
afterAll(() => place.dispose());

/** Ends a run after so many updates, as a signal would. */
function stopAfter(updates: number, controller: AbortController) {
  return defineReporter({
    name: "stop-after",
    summary: "Ends a run.",
    setup: () => ({
      attach: (events) => {
        events.on("step:end", ({ progress }) => {
          if (progress.update === updates) controller.abort("SIGTERM");
        });
      },
      close: () => undefined,
    }),
  })();
}

async function run(request: Partial<TrainRequest>, stop?: number): Promise<void> {
  const controller = new AbortController();
  const reporters = stop === undefined ? [] : [stopAfter(stop, controller)];
  await train(
    {
      stdout: new PassThrough(),
      stderr: new PassThrough(),
      folder: place.folder,
      interruption: controller.signal,
    },
    {
      config: undefined,
      resume: undefined,
      allowChanges: false,
      overwrite: false,
      json: false,
      quiet: true,
      verbose: false,
      ...request,
      flags: { ...request.flags, reporters },
    },
  );
}

/** What a run left: its weights, and what it told, but for times and what each process tells at its start. */
function outcome(folder: string) {
  const told = readEvents(path.join(place.file(folder), "events.jsonl")).filter(
    ({ type }) => !["run:start", "scoring:switched", "warning"].includes(type),
  );
  const weights = readFileSync(path.join(place.file(folder), "weights.bin"));
  return { weights, events: withoutTimes(told) };
}

/** Files are named from the working directory, which is not the workplace here. */
function flagsOf(config: object): TrainRequest["flags"] {
  const text = JSON.stringify({ ...config, backend: "cpu", maxSteps: STEPS, scoring: "inline" });
  return JSON.parse(
    text
      .replaceAll('"digits"', JSON.stringify(place.file("digits")))
      .replaceAll('"zeros.json"', JSON.stringify(place.file("zeros.json"))),
  ) as TrainRequest["flags"];
}

test.each(parts)("%s %s goes on bit for bit", async (kind, name) => {
  const flags = flagsOf(configOf(kind, name));
  const out = `${kind}-${name}`;
  await run({ flags: { ...flags, out } });
  const whole = outcome(out);
  for (const stop of STOPS) {
    const again = `${out}-${stop}`;
    await run({ flags: { ...flags, out: again } }, stop);
    expect(readEvents(path.join(place.file(again), "events.jsonl")).length).toBeLessThan(
      (whole.events as unknown[]).length,
    );
    await run({ resume: again, flags: {} });
    expect(outcome(again)).toEqual(whole);
  }
});
