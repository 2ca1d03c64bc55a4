/**
 * Stands for a part with some members replaced, also where the part is an instance of a class, whose methods a copy would
 * lose: they are called on the part itself.
 */
export function altered<T extends object>(part: T, changes: Partial<T>): T {
  return new Proxy(part, {
    get: (target, name) => {
      if (Object.hasOwn(changes, name)) return Reflect.get(changes, name) as unknown;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function"
        ? (value as (...given: readonly unknown[]) => unknown).bind(target)
        : value;
    },
  });
}
