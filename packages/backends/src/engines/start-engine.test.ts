import { expect, test } from "vitest";
import { notStarted, startEngine } from "./start-engine.js";

const engine = { packages: ["x"], install: ["npm install x", "build x"] };
const wanted = { name: "native", engine };

test("a package or a binding that is missing is named, with the commands that install it", () => {
  for (const [message, what] of [
    ["Cannot find package 'x' imported from y", "x is not installed"],
    [
      "The Node.js native addon module (tfjs_binding.node) can not be found at path: z",
      "its native binding is not installed",
    ],
  ] as const)
    expect(notStarted(wanted, new Error(message)).message).toBe(
      `The engine "native" must start, but did not: ${what}. Install it with \`npm install x\`, or, where its download fails, with \`build x\`, or choose another backend: \`unequal doctor\` shows which start here.`,
    );
});

test("what is broken is not to be installed: its failure is told, and what helps on every machine", () => {
  const broken = new Error("libx.so: cannot open\nmore");
  const advice = [{ text: "Say where." }, { text: "Not here.", platform: "linux" }];
  const { message } = notStarted({ ...wanted, engine: { ...engine, advice } }, broken);
  expect(message).toMatch(/did not: libx\.so: cannot open\. Say where\. `unequal doctor` shows/);
  expect(message).not.toContain("nstall");
});

test("an engine that nobody registered does not start", async () => {
  const prepare = () => Promise.resolve();
  await expect(startEngine({ ...wanted, tensorflowjs: "none", prepare })).rejects.toThrow(
    expect.objectContaining({ code: "BACKEND_UNAVAILABLE", cause: expect.any(Error) as Error }),
  );
});
