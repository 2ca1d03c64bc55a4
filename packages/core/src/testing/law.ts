/** States one thing that must be true of a subject, such as a sampler. */
export interface Law<S> {
  /** Reads after the subject's name: "draws rows of its pool". */
  readonly name: string;
  /** Tells whether the law is meant for this subject; absent: always. */
  readonly applies?: (subject: S) => boolean;
  /** Throws if the subject breaks the law. */
  readonly check: (subject: S) => void | Promise<void>;
}

/** Returns the names of the laws that a subject breaks: what the suites test, without a test runner's report. */
export async function brokenLaws<S>(laws: readonly Law<S>[], subject: S): Promise<string[]> {
  const broken: string[] = [];
  for (const { name, applies, check } of laws) {
    try {
      if (applies?.(subject) ?? true) await check(subject);
    } catch {
      broken.push(name);
    }
  }
  return broken;
}
