import { expect } from "vitest";
import { findBroken, type Law } from "./law.js";

/** A part of the name of the law that must be broken, and what its report must say. */
export type Breach = string | readonly [fragment: string, message: RegExp];

/**
 * Checks that a faulty subject breaks the one law that is named, and not simply all of them; for the reason that is given, if
 * one is.
 */
export async function expectBroken<S>(
  laws: readonly Law<S>[],
  subject: S,
  breach: Breach,
): Promise<void> {
  const [fragment, message] = typeof breach === "string" ? [breach, /(?:)/] : breach;
  expect(laws.filter(({ name }) => name.includes(fragment)).length).toBe(1);
  const broken = await findBroken(laws, subject);
  const seen = broken.map((each) => `${each.name}: ${each.message}`).join("\n");
  const found = broken.find(({ name }) => name.includes(fragment));
  expect(found?.message, seen).toMatch(message);
  expect(broken.length, seen).toBeLessThan(laws.length);
}
