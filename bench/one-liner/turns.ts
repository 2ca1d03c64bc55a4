/** Lets programs that run at the same time take turns, each for a slice of time, and counts the seconds of each. */
export interface Turns<Name extends string> {
  /** Waits for the first turn. */
  readonly take: (name: Name) => Promise<void>;
  /** Counts from now on. */
  readonly reset: (name: Name) => void;
  /** Goes on, or waits until the others have had their slices. */
  readonly next: (name: Name) => Promise<void>;
  /** Leaves the turns to the others. */
  readonly leave: (name: Name) => void;
  readonly seconds: (name: Name) => number;
}

/** Creates turns, in the order of the names. */
export function createTurns<Name extends string>(
  names: readonly Name[],
  slice: number,
): Turns<Name> {
  let present = [...names];
  let turn = present[0];
  let since = performance.now();
  let sliceBegan = since;
  const counted = new Map<Name, number>(names.map((name) => [name, 0]));
  const waiting = new Map<Name, () => void>();
  const count = (name: Name): void => {
    const now = performance.now();
    counted.set(name, (counted.get(name) ?? 0) + (now - since) / 1000);
    since = now;
  };
  const wake = (): void => {
    since = sliceBegan = performance.now();
    if (turn === undefined) return;
    waiting.get(turn)?.();
    waiting.delete(turn);
  };
  const take = (name: Name): Promise<void> =>
    turn === name
      ? Promise.resolve()
      : new Promise((resolve) => {
          waiting.set(name, resolve);
        });
  return {
    take,
    reset: (name) => {
      counted.set(name, 0);
      since = sliceBegan = performance.now();
    },
    next: async (name) => {
      count(name);
      if (performance.now() - sliceBegan < 1000 * slice || present.length === 1) return;
      turn = present[(present.indexOf(name) + 1) % present.length];
      wake();
      await take(name);
    },
    leave: (name) => {
      const at = present.indexOf(name);
      present = present.filter((each) => each !== name);
      turn = present[at % Math.max(1, present.length)];
      wake();
    },
    seconds: (name) => counted.get(name) ?? 0,
  };
}
