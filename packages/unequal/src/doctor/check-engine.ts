import {
  isUnequalError,
  setUpPart,
  systemClock,
  type Backend,
  type Registry,
  type Spec,
} from "@unequal/core";
import { messageOf } from "../text/message-of.js";
import { checkKernels } from "./check-kernels.js";
import { checkSignals } from "./check-signals.js";
import { checkTraining } from "./check-training.js";
import { NOTHING_FOUND, type EngineFindings } from "./engine-findings.js";
import { SAMPLE_MODELS } from "./sample-models.js";

/** Is told of everything that is found, as it goes: whatever crashes afterwards is not lost. */
type Report = (findings: EngineFindings) => void;

async function start(backend: Backend): Promise<Partial<EngineFindings>> {
  const began = systemClock.now();
  const facts = await backend.start();
  const startMilliseconds = systemClock.now() - began;
  return { ...facts, starts: true, startMilliseconds };
}

async function tryEverything(
  backend: Backend,
  add: (found: Partial<EngineFindings>) => void,
): Promise<void> {
  const kernels: EngineFindings["kernels"][number][] = [];
  for (const sample of SAMPLE_MODELS) {
    add({ during: `kernels of ${sample.family}` });
    kernels.push(await checkKernels(backend, sample));
    add({ kernels: [...kernels] });
  }
  add({ during: "signals" });
  add({ signals: await checkSignals(backend), during: "training" });
  add({ training: await checkTraining(backend), during: "end" });
}

/**
 * Checks one engine in this process: starts it, and tries kernels, signals and training, for `auto` none of them. Never
 * throws: what fails is among the findings.
 */
export async function checkEngine(
  spec: Spec<"backend">,
  registry: Registry,
  report: Report,
): Promise<void> {
  let findings = NOTHING_FOUND;
  const add = (found: Partial<EngineFindings>): void => {
    findings = { ...findings, ...found };
    report(findings);
  };
  try {
    const { name } = registry.part("backend", spec);
    const backend = setUpPart("backend", spec, { registry });
    add(await start(backend));
    if (name !== "auto") await tryEverything(backend, add);
    await backend.stop?.();
  } catch (error) {
    const code = isUnequalError(error) ? error.code : "UNEXPECTED";
    add({ problem: { code, message: messageOf(error), during: findings.during } });
  }
  add({ done: true });
}
