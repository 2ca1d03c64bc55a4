import { backendsPlugin } from "@unequal/backends";
import { schedulersPlugin, type Kind } from "@unequal/core";
import { datasetsPlugin } from "@unequal/datasets";
import { samplersPlugin } from "@unequal/samplers";
import * as unequal from "unequal";
import { expect, test } from "vitest";

const NAMESPACES: Partial<Record<Kind, object>> = {
  sampler: unequal.samplers,
  scorer: unequal.scorers,
  weighting: unequal.weightings,
  estimator: unequal.estimators,
  gate: unequal.gates,
  sizer: unequal.sizers,
  rate: unequal.rates,
  signal: unequal.signals,
  backend: unequal.engines,
  model: unequal.models,
  optimizer: unequal.optimizers,
  dataset: unequal.datasets,
};

const plugins = [schedulersPlugin, samplersPlugin, backendsPlugin, datasetsPlugin];
const parts = plugins.flatMap((plugin) => [...plugin.parts]);

/** How a program writes what a configuration names: `upper-bound` is `upperBound`. */
function inCode(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

test("every part that a configuration may name is in the namespace of its role, by that name", () => {
  const missing = parts.filter((part) => {
    const named = new Map<string, unknown>(Object.entries(NAMESPACES[part.kind] ?? {}));
    return named.get(inCode(part.definition.name)) !== part;
  });
  expect(missing.map(({ kind, definition: { name } }) => `${kind} ${name}`)).toEqual([]);
});

test("no name of the package is that of a global, in Node or in a browser", () => {
  const page = [
    "document",
    "event",
    "history",
    "location",
    "name",
    "navigator",
    "status",
    "window",
  ];
  const globals = new Set([...Object.getOwnPropertyNames(globalThis), ...page]);
  expect(Object.keys(unequal).filter((name) => globals.has(name))).toEqual([]);
});
