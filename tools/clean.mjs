/** Removes what an earlier build of the package in the working directory made: tsc leaves files whose source is gone. */
import { rmSync } from "node:fs";

rmSync("dist", { recursive: true, force: true });
