import { runCommandLine } from "./command-line.js";

const interruption = new AbortController();
// Once: a second SIGINT has its usual effect and kills.
process.once("SIGINT", () => interruption.abort());

// A reader such as `head` may leave before the end.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

process.exitCode = await runCommandLine(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  folder: process.cwd(),
  interruption: interruption.signal,
});
