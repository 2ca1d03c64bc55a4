/** Writes a number with three significant digits: 0.0123, 4.56, 1,230. */
export function numberText(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return "–";
  if (value === 0) return "0";
  if (Math.abs(value) < 0.001) return value.toExponential(2);
  const rounded = Number(value.toPrecision(3));
  return Math.abs(rounded) < 1000
    ? value.toPrecision(3)
    : Math.round(value).toLocaleString("en-US");
}
