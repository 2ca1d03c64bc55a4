/** Maps the share of the limit that is used up, 0 to 1, to the factor of the learning rate. */
export type LearningRateSchedule = (fraction: number) => number;

function steps(text: string): LearningRateSchedule | undefined {
  const [, places = "", factorText = ""] =
    /^step:([\d.]+(?:,[\d.]+)*):(\d*\.?\d+)$/.exec(text) ?? [];
  const at = places.split(",").map(Number);
  const factor = Number(factorText);
  if (places === "" || !(factor > 0) || !at.every((place) => place > 0 && place < 1))
    return undefined;
  return (fraction) => factor ** at.filter((place) => fraction >= place).length;
}

/**
 * Reads a schedule: `constant`; `cosine`, (1 + cos πf)/2; or `step:0.4,0.8:0.2`, which multiplies by 0.2 at 40 %
 * and again at 80 %. Undefined if it is none of these.
 */
export function learningRateSchedule(text: string): LearningRateSchedule | undefined {
  if (text === "constant") return () => 1;
  if (text === "cosine") return (fraction) => (1 + Math.cos(Math.PI * Math.min(1, fraction))) / 2;
  return steps(text);
}
