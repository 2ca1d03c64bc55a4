import { isUnequalError, systemClock } from "@unequal/core";
import { messageOf } from "../text/message-of.js";
import type { Trial } from "./engine-findings.js";

const KERNEL = /(?:needs the kernel|has no kernel|Kernel ')\s*(\w+)/;

/** Describes a failure: its code, and the kernel that is missing where it is one. */
function failureOf(error: unknown): Omit<Trial, "name" | "works" | "milliseconds"> {
  const message = messageOf(error);
  const missing = KERNEL.exec(message)?.[1];
  return {
    code: isUnequalError(error) ? error.code : "UNEXPECTED",
    message,
    ...(missing !== undefined && { missing }),
  };
}

/** Does a thing and says whether it worked, with its time; what it returns is added to that. */
export async function tryOut<T extends object>(
  name: string,
  run: () => Promise<T>,
): Promise<Trial & Partial<T>> {
  const start = systemClock.now();
  const elapsed = (): number => systemClock.now() - start;
  try {
    const found = await run();
    return { name, works: true, milliseconds: elapsed(), ...found };
  } catch (error) {
    return { name, works: false, milliseconds: elapsed(), ...failureOf(error) } as Trial &
      Partial<T>;
  }
}
