import { expect, test } from "vitest";
import { watchDevice, type WatchedEngine } from "./watch-device.js";

class GPUOutOfMemoryError extends Error {}
class GPUValidationError extends Error {}

type Listener = (event: { readonly error: Error }) => void;

/** Stands in for the engine. */
function engineOf(lost: Promise<{ message: string }> = new Promise(() => {})) {
  const listeners: Listener[] = [];
  const addEventListener = (_type: string, listener: Listener): number => listeners.push(listener);
  const engine = { device: { addEventListener, lost }, read: () => Promise.resolve("values") };
  return {
    engine: engine as WatchedEngine,
    watch: () => watchDevice(engine),
    report: (error: Error) => listeners.forEach((tell) => tell({ error })),
  };
}

test("memory that ran out is named as the reason, with what takes less", async () => {
  const { engine, watch, report } = engineOf();
  watch();
  expect(await engine.read({})).toBe("values");
  report(new GPUOutOfMemoryError("No room.\nMore."));
  expect(watch).toThrow(/reported an error: No room\. What.*Its memory ran out.*resident/);
  await expect(engine.read({})).rejects.toThrow("Its memory ran out");
});

test("the first failure is the one that is told, and engines have their own", () => {
  const { watch, report } = engineOf();
  watch();
  report(new GPUValidationError("First."));
  report(new GPUOutOfMemoryError("Second."));
  expect(watch).toThrow(/First\..*if memory ran out/);
  expect(engineOf().watch).not.toThrow();
});

test("a device that was lost stays so", async () => {
  const { watch } = engineOf(Promise.resolve({ message: "Gone." }));
  watch();
  await Promise.resolve();
  expect(watch).toThrow(/the device was lost: Gone\..*start a new process/);
});
