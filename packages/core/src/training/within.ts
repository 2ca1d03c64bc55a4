import { UnequalError } from "../errors.js";

/** Waits for a promise, but no longer than some seconds. @throws SCORING_FAILED */
export async function within<T>(promise: Promise<T>, seconds: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const message = `What scores must answer within ${seconds} s, but did not. Raise scoring's option timeout if it is that slow.`;
      reject(new UnequalError("SCORING_FAILED", message));
    }, seconds * 1000);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
