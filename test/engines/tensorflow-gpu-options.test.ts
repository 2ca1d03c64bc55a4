import { tensorflowGpu } from "@unequal/backends";
import { isUnequalError, Registry, setUpPart } from "@unequal/core";
import { expect, test } from "vitest";
import { isAbsent } from "../absent-engine.js";

test("memory of a GPU is honoured, or refused where there is none", async ({ skip }) => {
  const part = tensorflowGpu({ memory: "grow" });
  const backend = setUpPart("backend", part, { registry: new Registry([]) });
  const outcome = await backend.start().catch((error: unknown) => error);
  if (isUnequalError(outcome)) skip(isAbsent(outcome.message), outcome.message);
  if (isUnequalError(outcome))
    expect(outcome).toMatchObject({
      code: "OPTION_INVALID",
      message: expect.stringContaining("no such GPU, and memory cannot be honoured") as string,
    });
  else expect(outcome).toMatchObject({ hardware: "gpu" });
});
