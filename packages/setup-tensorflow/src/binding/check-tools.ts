import { findProgram } from "../programs/find-program.js";
import type { Platform } from "../python/platform.js";
import { setupFailed } from "../setup-error.js";

/** Checks that make and a C++ compiler are there, as the build will call them. @throws SetupError */
export function checkTools({ compiler, tools }: Platform): void {
  const { MAKE, CXX } = process.env;
  const first = (command: string | undefined, preset: string): string =>
    command?.trim().split(/\s+/)[0] || preset;
  for (const [what, program] of [
    ["make", first(MAKE, "make")],
    ["a C++ compiler", first(CXX, compiler)],
  ] as const)
    if (findProgram(program) === undefined)
      setupFailed(
        `Building needs ${what}, but there is no ${program} in PATH. Install it, for example by \`${tools}\`.`,
      );
}
