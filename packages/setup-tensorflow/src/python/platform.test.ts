import { expect, test } from "vitest";
import { SetupError } from "../setup-error.js";
import { platformOf } from "./platform.js";

test.each([
  ["linux", "libtensorflow.so", "libtensorflow_cc.so.2"],
  ["darwin", "libtensorflow.2.dylib", "libtensorflow_cc.2.dylib"],
] as const)("%s: what the binding links to as %s is %s of the wheel", (name, link, library) => {
  expect(platformOf(name).libraries[link]).toBe(library);
});

test.each(["win32", "freebsd"] as const)("nothing can be built on %s", (name) => {
  const call = (): unknown => platformOf(name);
  expect(call).toThrow(SetupError);
  expect(call).toThrow(`this is ${name}`);
});
