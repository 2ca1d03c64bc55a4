/** Lists all combinations of the values of some options. */
export function optionsGrid<const T extends Record<string, readonly unknown[]>>(
  values: T,
): { -readonly [K in keyof T]: T[K][number] }[] {
  return Object.entries(values).reduce<Record<string, unknown>[]>(
    (rows, [name, each]) => rows.flatMap((row) => each.map((value) => ({ ...row, [name]: value }))),
    [{}],
  ) as { -readonly [K in keyof T]: T[K][number] }[];
}
