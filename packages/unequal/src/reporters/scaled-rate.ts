import type { RateFigures, RunFigures } from "./track-run.js";

/** Returns φ of a run where there is something to tell: the rate was not to be the user's, or was another. */
export function scaledRate({
  config,
  figures,
}: {
  readonly config: { readonly rate: { readonly name: string } | undefined };
  readonly figures: Pick<RunFigures, "rate">;
}): RateFigures | undefined {
  const { rate } = figures;
  // a whole scheduler has no part that says
  const asked = config.rate !== undefined && config.rate.name !== "fixed";
  return asked || (rate !== undefined && rate.mean !== 1) ? rate : undefined;
}
