import util from "node:util";
import { afterEach, expect, test, vi } from "vitest";
import { restoreNodeUtil } from "./node-util-shim.js";

const old = util as unknown as Record<string, unknown>;
const before = { isArray: old["isArray"], isNullOrUndefined: old["isNullOrUndefined"] };

afterEach(() => {
  Object.assign(old, before);
  vi.unstubAllGlobals();
});

test("gives node's util back what Node 23 removed", () => {
  Object.assign(old, { isArray: undefined, isNullOrUndefined: undefined });
  restoreNodeUtil();
  const { isArray, isNullOrUndefined } = old as Record<string, (value: unknown) => boolean>;
  expect([null, undefined, 0, "", []].map((value) => isNullOrUndefined?.(value))).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
  expect([[], {}].map((value) => isArray?.(value))).toEqual([true, false]);
});

test.each([undefined, {}])("does nothing where process is %j", (process) => {
  vi.stubGlobal("process", process);
  const call = (): void => restoreNodeUtil();
  expect(call).not.toThrow();
});
