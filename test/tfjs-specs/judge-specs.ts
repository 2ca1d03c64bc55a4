import type { Exclusion } from "./exclusions.js";
import type { SpecResult } from "./run-specs.js";

/** What a run says of the engine, and of the table of exclusions. */
export interface Verdict {
  /** Specs that fail and are not excluded, each with the first line of what it failed with. */
  readonly failed: readonly string[];
  /** Specs that pass although an exclusion says that they cannot. */
  readonly mended: readonly string[];
  /** Exclusions that explain no failing spec. */
  readonly stale: readonly Exclusion[];
  /** Counts, and each exclusion's reason with the specs that it explains. */
  readonly summary: string;
}

const firstLine = (text: string): string => text.split("\n", 1).join("").slice(0, 200);

/** Judges the results of specs by a table of exclusions. */
export function judgeSpecs(
  results: readonly SpecResult[],
  exclusions: readonly Exclusion[],
): Verdict {
  const explained = new Map(exclusions.map((exclusion) => [exclusion, [] as string[]]));
  const failed: string[] = [];
  for (const { spec, message } of results.filter(({ passed }) => !passed)) {
    const excuse = exclusions.find(({ specs, error }) => specs.test(spec) && error.test(message));
    if (excuse === undefined) failed.push(`${spec} - ${firstLine(message)}`);
    else explained.get(excuse)?.push(spec);
  }
  const passing = results.filter(({ passed }) => passed).map(({ spec }) => spec);
  const excluded = results.length - passing.length - failed.length;
  const reasons = [...explained].map(
    ([{ reason }, specs]) => `  ${String(specs.length).padStart(4)} excluded: ${reason}`,
  );
  return {
    failed,
    mended: passing.filter((spec) => exclusions.some(({ specs }) => specs.test(spec))),
    stale: exclusions.filter((exclusion) => explained.get(exclusion)?.length === 0),
    summary: [
      `${results.length} of tfjs's own specs ran: ${passing.length} passed, ${failed.length} failed, ${excluded} excluded`,
      ...reasons,
    ].join("\n"),
  };
}
