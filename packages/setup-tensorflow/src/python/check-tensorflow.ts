import { existsSync } from "node:fs";
import path from "node:path";
import type { PythonTensorFlow } from "./ask-python.js";
import type { Platform } from "./platform.js";
import { setupFailed } from "../setup-error.js";

/** The first whose wheel holds the library that the binding links to. */
const OLDEST = [2, 9] as const;
const HEADERS = ["tensorflow/c/c_api.h", "tensorflow/c/eager/c_api.h"];

function isOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
}

/** Checks that a binding can be built against a TensorFlow: its version, headers and libraries. @throws SetupError */
export function checkTensorFlow(
  { python, version, include, lib }: PythonTensorFlow,
  { libraries }: Platform,
): void {
  if (isOld(version))
    setupFailed(
      `TensorFlow must be ${OLDEST.join(".")} or later, but that of ${python} is ${version}. Run \`${python} -m pip install --upgrade tensorflow\`, or name another by --python.`,
    );
  const files = [
    ...HEADERS.map((file) => path.join(include, file)),
    ...new Set(Object.values(libraries).map((file) => path.join(lib, file))),
  ];
  const missing = files.find((file) => !existsSync(file));
  if (missing === undefined) return;
  setupFailed(
    `TensorFlow ${version} of ${python} must come with headers and C libraries, as the wheels of pip do, but ${missing} is missing. Run \`${python} -m pip install --force-reinstall tensorflow\`, or name another by --python.`,
  );
}
