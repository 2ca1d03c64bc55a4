/**
 * Waits for a promise that code of the user's is to settle, and rejects when nothing is left that could: Node would end the
 * process then, without a word. `patience` says how many times that must be so: whoever waits for more than one such
 * promise leaves it to the inner ones to say which.
 */
export async function orNever<T>(
  promise: Promise<T>,
  never: () => Error,
  patience = 0,
): Promise<T> {
  let left = patience;
  let giveUp: () => void = () => undefined;
  const stuck = new Promise<never>((_, reject) => {
    giveUp = () => {
      if (left === 0) reject(never());
      // another turn of the event loop, after which this is asked again
      else setImmediate(() => (left -= 1));
    };
  });
  process.on("beforeExit", giveUp);
  try {
    return await Promise.race([promise, stuck]);
  } finally {
    process.removeListener("beforeExit", giveUp);
  }
}
