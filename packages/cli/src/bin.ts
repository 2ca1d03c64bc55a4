#!/usr/bin/env node
import { runCommandLine } from "./command-line.js";

const interruption = new AbortController();
// Once: a second SIGINT has its usual effect and kills.
process.once("SIGINT", () => interruption.abort());

process.exitCode = await runCommandLine(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  folder: process.cwd(),
  interruption: interruption.signal,
});
