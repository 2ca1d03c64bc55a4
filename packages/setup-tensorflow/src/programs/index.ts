export { lastLines } from "../text/last-lines.js";
export { findPackage } from "./find-package.js";
export { runProgram, type ProgramOptions, type ProgramOutcome } from "./run-program.js";
