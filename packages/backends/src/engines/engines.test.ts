import { expect, test } from "vitest";
import { ENGINES } from "./engines.js";

function orderOf(hardware: "gpu" | "cpu"): readonly string[] {
  return ENGINES.flatMap(({ definition: { name, engine } }) => {
    const place = engine?.auto?.[hardware];
    return place === undefined ? [] : [{ name, place }];
  })
    .sort((a, b) => a.place - b.place)
    .map(({ name }) => name);
}

test("auto tries them in the order that docs/engines.md tells", () => {
  expect(orderOf("gpu")).toEqual(["tensorflow-gpu", "webgpu"]);
  expect(orderOf("cpu")).toEqual(["tensorflow-gpu", "tensorflow", "wasm", "cpu"]);
});

test("replicas compute on engines that can be had twice", () => {
  const replicas = ENGINES.map(({ definition: { name, engine } }) => [name, engine?.replica]);
  expect(Object.fromEntries(replicas)).toEqual({
    cpu: "cpu",
    tensorflow: "wasm",
    "tensorflow-gpu": undefined,
    wasm: "wasm",
    webgpu: undefined,
  });
});
