// @ts-expect-error jasmine-core ships no types
import jasmineCore from "jasmine-core";
import { specLoader, type Names } from "./load-spec.js";

/** How a spec ended. */
export interface SpecResult {
  /** Its file and full name, as in `ops/conv2d: conv2d x=[1,4,4,1] ...`. */
  readonly spec: string;
  readonly passed: boolean;
  /** What a spec failed with; empty if it passed. */
  readonly message: string;
}

/** What Jasmine reports of a spec or a suite. */
interface Outcome {
  readonly fullName: string;
  readonly status: string;
  readonly failedExpectations: readonly { readonly message: string }[];
}

/** What we use of jasmine-core, which ships no types. */
interface JasmineCore {
  readonly reset: () => void;
  readonly installGlobals: (target: object) => void;
  readonly jasmine: {
    readonly getEnv: () => {
      readonly configure: (options: Readonly<Record<string, boolean>>) => void;
      readonly addReporter: (
        reporter: Readonly<Record<string, (outcome: Outcome) => void>>,
      ) => void;
      readonly execute: () => Promise<Pick<Outcome, "failedExpectations">>;
    };
  };
}

type It = (title: string, ...rest: unknown[]) => unknown;

const core = jasmineCore as JasmineCore;
const ENGINE = "wasm";

/** Jasmine's globals, which let a title be used twice, as tfjs's specs do. */
function jasmineGlobals(): Names {
  const globals: Record<string, unknown> = {};
  core.installGlobals(globals);
  const again = (make: It): It => {
    return (title, ...rest) => {
      try {
        return make(title, ...rest);
      } catch {
        return make(`${title} (again)`, ...rest);
      }
    };
  };
  return { ...globals, it: again(globals.it as It), describe: again(globals.describe as It) };
}

function messageOf({ failedExpectations, status }: Outcome): string {
  const messages = failedExpectations.map(({ message }) => message);
  return messages.length === 0 ? `was not run: ${status}` : messages.join("; ");
}

/**
 * Runs one of tfjs's spec files on the wasm engine, in the order in which it is written.
 *
 * @param file its path below tfjs-core's `dist`, without `_test.js`
 * @throws when the file holds no specs or fails outside them
 */
export async function runSpecs(file: string): Promise<SpecResult[]> {
  const results: SpecResult[] = [];
  const record = (outcome: Outcome) => {
    const spec = `${file}: ${outcome.fullName.replace(` ${ENGINE} {}`, "")}`;
    const passed = outcome.status === "passed";
    results.push({ spec, passed, message: passed ? "" : messageOf(outcome) });
  };
  core.reset();
  const env = core.jasmine.getEnv();
  env.configure({ random: false });
  env.addReporter({
    specDone: record,
    // a suite has expectations of its own where it prepares its specs
    suiteDone: (outcome) => {
      if (outcome.failedExpectations.length > 0) record({ ...outcome, status: "failed" });
    },
  });
  const load = specLoader(jasmineGlobals());
  const { setTestEnvs } = load("jasmine_util") as { setTestEnvs: (envs: object[]) => void };
  setTestEnvs([{ name: ENGINE, backendName: ENGINE, isDataSync: true }]);
  load(`${file}_test`);
  const { failedExpectations } = await env.execute();
  const faults = failedExpectations.map(({ message }) => message).join("; ");
  if (faults !== "" || results.length === 0)
    throw new Error(`The specs of ${file} must run, but ${faults || "there are none"}.`);
  return results;
}
