import { Registry, setUpPart, type Part } from "@unequal/core";
import { beforeAll, describe, test, vi } from "vitest";
import { cases } from "./cases/index.js";
import { expectSame } from "./expect-same.js";
import { runProgram } from "./run-program.js";

/** Holds uniform, unshuffled `ImportanceTraining` to TensorFlow.js's numbers on one engine, case by case. */
export function describeDifferential(part: Part<"backend">): void {
  beforeAll(async () => {
    await setUpPart("backend", part, { registry: new Registry([]) }).start();
    // TensorFlow.js warns of what some cases are about
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
  });

  describe.each(Object.entries(cases))("%s", (_, list) => {
    for (const each of list) {
      test(each.name, async () => {
        const wanted = await runProgram(each, "TensorFlow.js");
        expectSame(await runProgram(each, "Unequal"), wanted, each.differing);
      });
    }
  });
}
