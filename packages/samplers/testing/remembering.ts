import type { Sampler, Signals } from "@unequal/core";
import { toyProgress } from "@unequal/core/testing";
import { expect } from "vitest";

/** A number of an id. */
export type Known = readonly (readonly [id: number, value: number])[];

/** Has a sampler observe examples, by the signals that `signals` makes of a number of each. */
export function observe(
  sampler: Sampler,
  known: Known,
  {
    signals,
    coefficients,
  }: {
    readonly signals: (values: Float32Array) => Signals;
    readonly coefficients?: Float32Array | undefined;
  },
): void {
  sampler.observe?.({
    ids: Uint32Array.from(known, ([id]) => id),
    signals: signals(Float32Array.from(known, ([, value]) => value)),
    ...(coefficients && { coefficients }),
    scoredAt: 0,
  });
}

/** Reads by which probabilities a sampler proposes each of `size` ids. */
export function probabilities(sampler: Sampler, size: number): number[] {
  const p = Array<number>(size).fill(0);
  const { rows, expected } = sampler.propose?.(5000, toyProgress(0)) ?? expect.fail();
  rows.forEach((id, at) => (p[id] = (expected?.[at] as number) / 5000));
  return p;
}
