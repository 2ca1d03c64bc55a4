import { readFileSync } from "node:fs";

/** One line of events.jsonl. */
export type EventRecord = Readonly<Record<string, unknown>> & {
  readonly type: string;
  readonly step: number;
  readonly seconds: number;
};

const TIMES = new Set(["seconds", "durations", "costs"]);

/** Reads events.jsonl. */
export function readEvents(file: string): EventRecord[] {
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as EventRecord);
}

/** Leaves out every time, at any depth. */
export function withoutTimes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutTimes);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => !TIMES.has(key));
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutTimes(inner)]));
}
