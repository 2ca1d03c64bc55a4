import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, writeSync } from "node:fs";
import {
  defineReporter,
  restored,
  UnequalError,
  type EventType,
  type UnequalEvent,
} from "@unequal/core";
import { z } from "zod";
import { messageOf } from "../text/message-of.js";

const RECORDED = [
  "run:start",
  "costs:calibrated",
  "scoring:switched",
  "schedule:switched",
  "rate:lowered",
  "batch:scored",
  "step:end",
  "evaluation:end",
  "plugin:failed",
  "warning",
  "run:end",
] as const satisfies readonly EventType[];

/** B numbers each, which would make up nearly all of the file. */
const POOL_ARRAYS = ["ids", "scores"];

function open(file: string): number {
  try {
    return openSync(file, "a");
  } catch (error) {
    throw new UnequalError(
      "OUTPUT_FAILED",
      `The events cannot be written: ${messageOf(error)}. Choose a folder that is writable.`,
      { cause: error },
    );
  }
}

function recordOf(event: UnequalEvent): object {
  if (event.type !== "batch:scored") return event;
  return Object.fromEntries(Object.entries(event).filter(([key]) => !POOL_ARRAYS.includes(key)));
}

/**
 * Writes the events of a run to a file, one JSON object a line with `type`, `step` and `seconds`. A run that goes on continues the
 * file from where it was saved. Every time is
 * under a key `seconds`, `durations` or `costs`; two runs by steps with one seed and given costs differ in no other.
 * Numbers that JSON lacks (NaN, infinity) become null.
 *
 * @throws OUTPUT_FAILED if the file cannot be written
 */
export const jsonLines = defineReporter({
  name: "json-lines",
  summary: "Writes the events of a run to a file, one JSON object a line.",
  options: z.strictObject({
    file: z.string().min(1).describe("the file, overwritten unless the run goes on"),
  }),
  setup: ({ file }) => {
    const descriptor = open(file);
    const size = (): number => fstatSync(descriptor).size;
    let position = 0;
    return {
      attach: (events) => {
        // a pipe has no length
        if (fstatSync(descriptor).isFile()) ftruncateSync(descriptor, Math.min(position, size()));
        for (const type of RECORDED)
          events.on(type, (event) => {
            writeSync(descriptor, `${JSON.stringify(recordOf(event))}\n`);
          });
      },
      close: () => closeSync(descriptor),
      state: () => {
        if (fstatSync(descriptor).isFile()) fsyncSync(descriptor);
        return { version: 1, position: size() };
      },
      restore: (state) => {
        ({ position } = restored<{ position: number }>(state, 1, "json-lines"));
      },
    };
  },
});
