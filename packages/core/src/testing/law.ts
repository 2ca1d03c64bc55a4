import { reasonOf } from "../errors.js";

/** States one thing that must be true of a subject, such as a sampler. */
export interface Law<S> {
  /** Reads after the subject's name: "draws rows of its pool". */
  readonly name: string;
  /** Tells whether the law is meant for this subject; absent: always. */
  readonly applies?: (subject: S) => boolean;
  /** Throws if the subject breaks the law. */
  readonly check: (subject: S) => void | Promise<void>;
}

/** A law that a subject breaks, and what was seen. */
export interface BrokenLaw {
  readonly name: string;
  readonly message: string;
}

/** Returns the laws that a subject breaks, with what was seen: what the suites test, without a test runner's report. */
export async function findBroken<S>(laws: readonly Law<S>[], subject: S): Promise<BrokenLaw[]> {
  const broken: BrokenLaw[] = [];
  for (const { name, applies, check } of laws) {
    try {
      if (applies?.(subject) ?? true) await check(subject);
    } catch (error) {
      broken.push({ name, message: reasonOf(error) });
    }
  }
  return broken;
}

/** Returns the names of the laws that a subject breaks. */
export async function brokenLaws<S>(laws: readonly Law<S>[], subject: S): Promise<string[]> {
  return (await findBroken(laws, subject)).map(({ name }) => name);
}
