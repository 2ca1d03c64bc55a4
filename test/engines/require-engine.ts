import { isUnequalError, Registry, setUpPart, type Part } from "@unequal/core";
import { test } from "vitest";
import { isAbsent } from "../absent-engine.js";

/**
 * Starts an engine and tells whether it does. One whose package or device is not there is a skipped test, with the reason
 * in its name; under UNEQUAL_REQUIRE=all, or where it is broken, it is a failure.
 */
export async function requireEngine(part: Part<"backend">): Promise<boolean> {
  try {
    await setUpPart("backend", part, { registry: new Registry([]) }).start();
    return true;
  } catch (error) {
    if (!isUnequalError(error) || error.code !== "BACKEND_UNAVAILABLE") throw error;
    const required = process.env["UNEQUAL_REQUIRE"] === "all" || !isAbsent(error.message);
    test.skipIf(!required)(`backend "${part.name}": ${error.message}`, () => {
      throw error;
    });
    return false;
  }
}
