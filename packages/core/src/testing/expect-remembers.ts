import { expect } from "vitest";
import type { Remembering } from "../contracts/state.js";
import type { Kind } from "../plugin/roles.js";
import type { Bench } from "./set-up-part.js";

type RememberingKind = Extract<Kind, "scorer" | "weighting" | "signal">;

/** What is asked of a part that may remember, and what else it meets. */
export interface Memory<K extends RememberingKind> {
  readonly start: () => Bench<K>;
  /** What must follow from the part's state and generators. */
  readonly act: (role: Bench<K>["role"]) => unknown;
  /** Has the part do much else. */
  readonly others: (role: Bench<K>["role"]) => unknown;
}

function save<K extends Kind>({ role, generators }: Bench<K>) {
  return { state: (role as Remembering).state?.(), generators: generators() };
}

function load<K extends Kind>(bench: Bench<K>, saved: ReturnType<typeof save>): void {
  bench.restoreGenerators(saved.generators);
  if (saved.state !== undefined) (bench.role as Remembering).restore?.(saved.state);
}

/**
 * Expects that what a part does follows from its state and its generators alone: taken back to its beginning it does what it did then,
 * and another one does the same after its state is restored. A part without `state` has none.
 */
export async function expectRemembers<K extends RememberingKind>({
  start,
  act,
  others,
}: Memory<K>): Promise<void> {
  const bench = start();
  const { state, restore } = bench.role as Remembering;
  expect(typeof state, "it must have both `state` and `restore`, or neither").toBe(typeof restore);
  const begun = save(bench);
  const first = await act(start().role);
  await others(bench.role);
  const later = save(bench);
  const kept = structuredClone(later);
  const wanted = await act(bench.role);
  expect(later, "state() must give a copy").toEqual(kept);
  load(bench, begun);
  expect(await act(bench.role), "the same, taken back to its beginning").toEqual(first);
  const other = start();
  load(other, later);
  const message = "another one in its state: all that it goes by must be in state()";
  expect(await act(other.role), message).toEqual(wanted);
  expect(later, "restore() must not keep what it is given").toEqual(kept);
}
