const SECONDS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 };

/** Reads a time such as `90s`, `1.5m`, `2h`, `500ms` or a bare number of seconds; undefined if it is none. */
export function parseDuration(text: string | number): number | undefined {
  const [, amount, unit = "s"] = /^(\d+(?:\.\d+)?|\.\d+)\s*(ms|s|m|h)?$/.exec(`${text}`) ?? [];
  const seconds = Number(amount) * (SECONDS[unit] ?? Number.NaN);
  return seconds > 0 ? seconds : undefined;
}
