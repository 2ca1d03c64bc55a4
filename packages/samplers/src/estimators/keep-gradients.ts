import {
  restored,
  UnequalError,
  type Estimator,
  type EstimatorStep,
  type EventBus,
  type Learner,
  type Plain,
  type Signal,
  type Signals,
} from "@unequal/core";
import { fullTable } from "./full-table.js";
import { gradientMemory, type GradientMemory, type StoredMemory } from "./gradient-memory.js";
import { outputTable } from "./output-table.js";

/** Keeps the gradients of all examples from step to step. */
export interface GradientKeeper {
  /** Refuses, before the first step, a table that is known to be too large. @throws ESTIMATOR_UNSUPPORTED */
  readonly check: (learner: Learner, size: number) => void;
  /** Names the signals that `open` needs of a training pass. */
  readonly reads: (learner: Learner) => readonly Signal[];
  /** Returns the memory; at the first step of a run takes it, and says so. @throws ESTIMATOR_UNSUPPORTED if it is too large */
  readonly open: (step: EstimatorStep, signals: Signals) => Promise<GradientMemory>;
  /** How the memory is saved, restored and given up: the estimator's own. */
  readonly lifecycle: Pick<Estimator, "state" | "restore" | "dispose">;
}

const OUTPUTS = "output-gradient";

/** Tells whether D numbers of an example suffice: g_i = J_iᵀ ∂ℓ_i/∂z_i with a J_i that never changes. */
function isLinear({ facts, signals }: Learner): boolean {
  return facts.linear && signals.has(OUTPUTS);
}

/** Says what a table of N · width numbers takes. @throws ESTIMATOR_UNSUPPORTED if that is too much */
function describeTable(size: number, width: number, maxBytes: number): string {
  const bytes = 4 * size * width;
  const mebibytes = (of: number): string => `${(of / 2 ** 20).toLocaleString("en-US")} MiB`;
  const text = `The estimator "saga" keeps ${width} numbers for each of ${size} examples: ${mebibytes(bytes)}`;
  if (bytes <= maxBytes) return `${text}.`;
  throw new UnequalError(
    "ESTIMATOR_UNSUPPORTED",
    `${text}, but maxBytes allows ${mebibytes(maxBytes)}. Raise maxBytes, use a smaller or a linear model, or the estimator "svrg", which keeps two gradients in all.`,
  );
}

/** Numbers that are kept of an example: D or P. */
function widthOf({ learner, rows }: EstimatorStep, signals: Signals): number {
  if (!isLinear(learner)) return learner.facts.parameters;
  return (signals[OUTPUTS]?.length ?? 0) / rows.length;
}

/** Makes the memory of a step's dataset: of zeros, or as stored. */
function openMemory(
  { learner, reference: { size } }: EstimatorStep,
  width: number,
  stored: StoredMemory | undefined,
): GradientMemory {
  const saved = stored?.table;
  const table = isLinear(learner)
    ? outputTable(learner, size, (saved ?? new Float32Array(size * width)) as Float32Array)
    : fullTable(learner, size, saved as Float32Array[][] | undefined);
  return gradientMemory(learner, table, stored?.mean);
}

/** Makes the a_i the gradients at the present parameters. */
async function fill(memory: GradientMemory, { learner, noise, reference }: EstimatorStep) {
  await reference.walk(async (batch, ids) => {
    const signals = await learner.compute(memory.reads, batch);
    await memory.replace({ batch, ids, rows: Int32Array.from(ids.keys()), noise }, signals);
  });
}

/** Keeps gradients for SAGA: ∂ℓ/∂z of linear models, else whole ones; at first zeros, or, by a pass, those at the start. */
export function keepGradients(
  { initialise, maxBytes }: { readonly initialise: "zeros" | "pass"; readonly maxBytes: number },
  events: EventBus,
): GradientKeeper {
  let memory: GradientMemory | undefined;
  let stored: StoredMemory | undefined;
  const dispose = (): void => {
    memory?.dispose();
    memory = undefined;
  };
  return {
    check: (learner, size) => {
      if (!isLinear(learner)) describeTable(size, learner.facts.parameters, maxBytes);
    },
    reads: (learner) => (isLinear(learner) ? [OUTPUTS] : []),
    open: async (step, signals) => {
      if (memory !== undefined) return memory;
      const width = widthOf(step, signals);
      const message = describeTable(step.reference.size, width, maxBytes);
      events.emit("warning", () => ({ code: "NOTE", message }));
      memory = openMemory(step, width, stored);
      if (stored === undefined && initialise === "pass") await fill(memory, step);
      stored = undefined;
      return memory;
    },
    lifecycle: {
      state: async () => ({
        version: 1,
        memory: (memory ? await memory.state() : structuredClone(stored)) as unknown as Plain,
      }),
      restore: async (state) => {
        const saved = restored<{ memory?: StoredMemory }>(state, 1, 'the estimator "saga"');
        dispose();
        stored = saved.memory;
      },
      dispose,
    },
  };
}
