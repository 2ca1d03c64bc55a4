import { runCommandLine } from "./command-line.js";

const interruption = new AbortController();
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** Once: the next of these signals has its usual effect and kills. */
function interrupt(signal: NodeJS.Signals): void {
  for (const each of SIGNALS) process.removeListener(each, interrupt);
  interruption.abort(signal);
}
for (const signal of SIGNALS) process.on(signal, interrupt);

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
