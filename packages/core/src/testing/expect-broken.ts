import { expect } from "vitest";
import { brokenLaws, type Law } from "./law.js";

/** Checks that a faulty subject breaks the one law whose name holds `fragment`, and not simply all of them. */
export async function expectBroken<S>(
  laws: readonly Law<S>[],
  subject: S,
  fragment: string,
): Promise<void> {
  expect(laws.filter(({ name }) => name.includes(fragment)).length).toBe(1);
  const broken = await brokenLaws(laws, subject);
  expect(broken.join("\n")).toContain(fragment);
  expect(broken.length, broken.join("\n")).toBeLessThan(laws.length);
}
