import { UnequalError } from "@unequal/core";

/** What TensorFlow reads of the environment when its library is loaded. */
export type Environment = Readonly<Record<string, string>>;

/** What the library was started with by this package: it reads its environment once, so that holds while it runs. */
let started: Environment | undefined;

function set(variables: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(variables))
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
}

/** Loads the library under variables of the environment; where that fails, the old ones are put back. */
export async function loadUnder(wanted: Environment, load: () => Promise<unknown>): Promise<void> {
  const before = Object.fromEntries(Object.keys(wanted).map((name) => [name, process.env[name]]));
  set(wanted);
  try {
    await load();
    started = wanted;
  } catch (error) {
    set(before);
    throw error;
  }
}

/**
 * Checks that the library, which runs already, was started with what is wanted now. Where the program itself had loaded
 * it, nobody knows what the library read: then what is wanted must be in the environment.
 * @throws OPTION_INVALID
 */
export function checkEnvironment(wanted: Environment, engine: string): void {
  const names = new Set(Object.keys({ ...started, ...wanted }));
  const present = started ?? process.env;
  for (const name of names) {
    const [old, now] = [present[name] ?? "not set", wanted[name] ?? "not set"];
    if (old === now) continue;
    throw new UnequalError(
      "OPTION_INVALID",
      `TensorFlow runs already, and must be asked for with the options that it was started with, but it has ${name} ${old} and is asked for ${name} ${now}. Start a new process for other options of "${engine}".`,
    );
  }
}
