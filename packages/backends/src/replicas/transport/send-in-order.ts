/**
 * Makes a function that sends what has been prepared, in the order in which it is called: at once, if the preparation is
 * no promise and nothing before it waits. Otherwise the caller may be at work for long before a promise goes on.
 */
export function sendInOrder(): <T>(
  prepare: () => T | Promise<T>,
  send: { readonly send: (prepared: T) => void; readonly fail: (error: unknown) => void },
) => void {
  let waiting = 0;
  let last: Promise<void> = Promise.resolve();
  return (prepare, { send, fail }) => {
    const attempt = <T>(run: () => T): T | undefined => {
      try {
        return run();
      } catch (error) {
        fail(error);
        return undefined;
      }
    };
    attempt(() => {
      const prepared = prepare();
      if (waiting === 0 && !(prepared instanceof Promise)) {
        send(prepared);
        return;
      }
      waiting += 1;
      // a rejection must not count as unhandled while those before it are waited for
      const settled = Promise.allSettled([prepared]);
      last = last.then(async () => {
        const [outcome] = await settled;
        waiting -= 1;
        attempt(() => {
          if (outcome.status === "rejected") throw outcome.reason;
          send(outcome.value);
        });
      });
    });
  };
}
