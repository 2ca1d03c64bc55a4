import { schedulersPlugin } from "@unequal/core";
import { samplersPlugin } from "@unequal/samplers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { configOf } from "./method-configs.js";
import { runCommand } from "./run-command.js";
import { workplace, type Workplace } from "./workplace.js";

const parts = [...samplersPlugin.parts, ...schedulersPlugin.parts].map(
  ({ kind, definition }) => [kind, definition.name] as const,
);

let place: Workplace;
beforeAll(() => {
  const configs = parts.map(([kind, name]) => [`${kind}-${name}.json`, configOf(kind, name)]);
  place = workplace({
    ...(Object.fromEntries(configs) as Record<string, object>),
    "zeros.json": Array<number>(640).fill(0),
  });
});
afterAll(() => place.dispose());

test.concurrent.each(parts)("%s %s trains by its name in a configuration", async (kind, name) => {
  const flags = ["train", `${kind}-${name}.json`, "--json", "--quiet"];
  const { code, stdout, stderr } = await runCommand(flags, place.folder);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    steps: 24,
    trainLoss: expect.any(Number) as number,
  });
});
