import { afterEach, expect, test } from "vitest";
import { checkEnvironment, loadUnder } from "./native-environment.js";

const NAMES = ["UNEQUAL_TEST_A", "UNEQUAL_TEST_B"] as const;
const [A, B] = NAMES;

function environment(): readonly (string | undefined)[] {
  return NAMES.map((name) => process.env[name]);
}

function check(wanted: Readonly<Record<string, string>>): () => void {
  return () => checkEnvironment(wanted, "tensorflow");
}

afterEach(() => NAMES.forEach((name) => Reflect.deleteProperty(process.env, name)));

// in this order: what the library was started with stays
test("a library of which nothing is known goes by the environment", () => {
  process.env[A] = "1";
  expect(check({})).not.toThrow();
  expect(check({ [A]: "1" })).not.toThrow();
  expect(check({ [A]: "2" })).toThrow(`has ${A} 1 and is asked for ${A} 2`);
});

test("a load that fails leaves the environment as it was", async () => {
  process.env[A] = "before";
  const load = (): Promise<void> => {
    expect(environment()).toEqual(["1", "2"]);
    return Promise.reject(new Error("no library"));
  };
  await expect(loadUnder({ [A]: "1", [B]: "2" }, load)).rejects.toThrow("no library");
  expect(environment()).toEqual(["before", undefined]);
});

test("a library that runs must be asked for with what it was started with", async () => {
  await loadUnder({ [A]: "1" }, () => Promise.resolve());
  expect(check({ [A]: "1" })).not.toThrow();
  expect(check({})).toThrow(`has ${A} 1 and is asked for ${A} not set`);
  process.env[B] = "2";
  expect(check({ [A]: "1", [B]: "2" })).toThrow(`has ${B} not set`);
});
