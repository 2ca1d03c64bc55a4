import { expect, test, vi } from "vitest";
import type { UnequalEvent } from "./contracts/events.js";
import { EVENT_TYPES, EventBus } from "./events.js";

const switched = (): { importance: boolean; figures: { list: number[] } } => ({
  importance: true,
  figures: { list: [1, 2] },
});

test("an event carries its type, step and seconds, to listeners in the order they came", () => {
  const bus = new EventBus(() => ({ step: 7, seconds: 1.5 }));
  const heard: unknown[] = [];
  bus.on("schedule:switched", (event) => heard.push(["first", event]));
  const leave = bus.on("schedule:switched", () => heard.push("second"));
  bus.emit("schedule:switched", switched);
  leave();
  bus.emit("epoch:end", () => ({ epoch: 0 }));
  expect(heard).toEqual([
    ["first", { type: "schedule:switched", step: 7, seconds: 1.5, ...switched() }],
    "second",
  ]);
});

test("each listener has a copy of its own to keep and change, made only if someone listens", () => {
  const bus = new EventBus();
  const data = vi.fn(switched);
  bus.emit("schedule:switched", data);
  expect(data).not.toHaveBeenCalled();
  const shared = switched();
  const heard: UnequalEvent<"schedule:switched">[] = [];
  bus.on("schedule:switched", (event) => {
    heard.push(event);
    (event.figures.list as number[]).push(99);
  });
  bus.on("schedule:switched", (event) => heard.push(event));
  bus.emit("schedule:switched", () => shared);
  expect(heard.map(({ figures }) => figures.list)).toEqual([
    [1, 2, 99],
    [1, 2],
  ]);
  expect(shared).toEqual(switched());
});

test("a listener that throws or rejects is isolated and reported; one of plugin:failed is only isolated", async () => {
  const bus = new EventBus();
  const failures: string[] = [];
  let reached = 0;
  bus.on("epoch:end", () => {
    throw new Error("thrown");
  });
  bus.on("epoch:end", async () => {
    await Promise.resolve();
    throw new Error("rejected");
  });
  bus.on("epoch:end", () => reached++);
  bus.on("plugin:failed", ({ event, message }) => failures.push(`${event} ${message}`));
  bus.on("plugin:failed", () => {
    throw new Error("again");
  });
  bus.emit("epoch:end", () => ({ epoch: 1 }));
  await vi.waitFor(() => expect(failures).toHaveLength(2));
  expect(reached).toBe(1);
  expect(failures.sort()).toEqual(["epoch:end rejected", "epoch:end thrown"]);
});

test("disposal ends every subscription, and every type is listed", () => {
  const bus = new EventBus();
  for (const type of EVENT_TYPES) bus.on(type, () => undefined);
  expect(EVENT_TYPES.every((type) => bus.heard(type))).toBe(true);
  bus.dispose();
  expect(EVENT_TYPES.some((type) => bus.heard(type))).toBe(false);
  expect(EVENT_TYPES).toHaveLength(17);
});

test.each([
  ["UNKNOWN_NAME", /no event "step:ended" \(did you mean "step:end"\?\)/, "step:ended", () => 0],
  ["OPTION_INVALID", /must be a function, but is undefined/, "step:end", undefined],
])("%s where nothing would ever be heard", (code, message, type, listener) => {
  expect(() => new EventBus().on(type as "step:end", listener as () => unknown)).toThrow(
    expect.objectContaining({ code, message: expect.stringMatching(message) as string }) as Error,
  );
});
