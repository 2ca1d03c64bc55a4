import type { Learner } from "../../contracts/learner.js";
import type { Sampler } from "../../contracts/sampler.js";
import type { Scheduler } from "../../contracts/scheduler.js";
import type { Scorer } from "../../contracts/scorer.js";
import type { Candidates, Scoring } from "../../contracts/scoring.js";
import type { NamedExamples, SignalSource } from "../../contracts/signal-source.js";
import type { Signal, SignalPrice, Signals } from "../../contracts/signals.js";
import { UnequalError } from "../../errors.js";

/** Lists the signals that a model and the sources added to it offer. @throws OPTION_INVALID if two offer the same */
export function offeredSignals(
  learner: Pick<Learner, "signals">,
  sources: readonly SignalSource[],
): ReadonlyMap<Signal, SignalPrice> {
  const offered = new Map(learner.signals);
  for (const [name, price] of sources.flatMap(({ signals }) => [...signals])) {
    if (offered.has(name)) {
      throw new UnequalError(
        "OPTION_INVALID",
        `A signal must come from one place, but "${name}" is offered by a source in \`signals\` and by the model or another source. Give the source's another name.`,
      );
    }
    offered.set(name, price);
  }
  return offered;
}

/** Lists the signals that candidates of an importance step are drawn by, and the loss where the scheduler goes by it. */
export function wantedSignals({
  scorer,
  sampler,
  scheduler,
}: {
  readonly scorer: Scorer | undefined;
  readonly sampler: Sampler;
  readonly scheduler: Pick<Scheduler, "requires">;
}): readonly Signal[] {
  const watched = scorer && scheduler.requires.includes("loss") ? ["loss"] : [];
  return [...new Set([...(scorer?.requires ?? []), ...sampler.reads, ...watched])];
}

/** Checks that every named signal is offered. @throws SIGNAL_UNAVAILABLE naming the first that is not */
export function checkOffered(
  names: readonly Signal[],
  learner: Pick<Learner, "signals" | "explainMissing">,
  sources: readonly SignalSource[],
): void {
  const offered = offeredSignals(learner, sources);
  const missing = names.find((name) => !offered.has(name));
  if (missing === undefined) return;
  throw new UnequalError(
    "SIGNAL_UNAVAILABLE",
    `The signal "${missing}" is needed, but only ${[...offered.keys()].join(", ")} are offered. ${learner.explainMissing(missing)} A source such as "by-id", listed in \`signals\`, can offer it too.`,
  );
}

/** Computes those of the named signals that sources offer. */
export async function signalsOf(
  sources: readonly SignalSource[],
  names: readonly Signal[],
  { ids, keys }: NamedExamples,
): Promise<Signals> {
  const signals: Record<string, Float32Array> = {};
  for (const source of sources) {
    const own = names.filter((name) => source.signals.has(name));
    if (own.length > 0) Object.assign(signals, await source.compute(own, { ids, keys }));
  }
  return signals;
}

/** Leaves those signals of a request that sources do not offer: the model's own. */
export function ownSignals(names: readonly Signal[], sources: readonly SignalSource[]): Signal[] {
  return names.filter((name) => !sources.some(({ signals }) => signals.has(name)));
}

/** Adds what sources know to candidates, which are disposed if a source fails. */
export async function withSources(
  candidates: Candidates,
  names: readonly Signal[],
  sources: readonly SignalSource[],
): Promise<Candidates> {
  if (sources.length === 0) return candidates;
  try {
    const { pool } = candidates;
    const added = await signalsOf(sources, names, pool);
    return { ...candidates, pool: { ...pool, signals: { ...pool.signals, ...added } } };
  } catch (error) {
    candidates.dispose();
    throw error;
  }
}

/** Adds the signals of sources to the pools that a scoring makes, wherever that computes the model's own. */
export function addSignals(scoring: Scoring, sources: readonly SignalSource[]): Scoring {
  if (sources.length === 0) return scoring;
  return {
    dispose: () => scoring.dispose(),
    submit: async (request) => {
      const signals = ownSignals(request.signals, sources);
      const candidates = await scoring.submit({ ...request, signals });
      return withSources(candidates, request.signals, sources);
    },
  };
}
