import { EventBus } from "@unequal/core";
import { expect, test } from "vitest";
import { tellLowered } from "./tell-lowered.js";

test("says why importance steps became shorter, the first time and the tenth", () => {
  const events = new EventBus(() => ({ step: 1, seconds: 0 }));
  const lines: string[] = [];
  tellLowered(events, (line) => lines.push(line));
  for (let time = 1; time <= 12; time++)
    events.emit("rate:lowered", () => ({ from: 2, to: 1, loss: time }));
  expect(lines).toHaveLength(2);
  expect(lines[0]).toContain("to 1.00. Importance steps take 1.00 times the learning rate");
  expect(lines[1]).toContain("to 10.0. Importance");
});
