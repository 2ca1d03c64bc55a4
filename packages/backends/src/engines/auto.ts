import {
  defineBackend,
  isUnequalError,
  type Backend,
  type PartContext,
  type PartFactory,
} from "@unequal/core";
import { createLearner } from "../create-learner.js";
import { ENGINES } from "./engines.js";
import { inNode } from "../node/in-node.js";
import { startBest, type Candidate } from "./start-best.js";
import { wasmOptions } from "./wasm.js";

type Factory = PartFactory<"backend">;

/** Our engines and those of plugins, as far as they run here. */
function enginesHere({ registered }: PartContext): readonly Factory[] {
  const ours: readonly Factory[] = ENGINES;
  const names = new Set(ours.map(({ definition }) => definition.name));
  const theirs = registered("backend").filter(({ definition }) => !names.has(definition.name));
  const here = inNode() ? "node" : "browser";
  return [...ours, ...theirs].filter(
    ({ definition: { engine } }) => (engine?.runtime ?? here) === here,
  );
}

/** The engines to choose from, the best first: those that compute on a GPU, then those that are taken for the CPU. */
function candidates(path: string | undefined, context: PartContext): readonly Candidate[] {
  const engines = enginesHere(context);
  const backends = new Map<Factory, Backend>();
  const backendOf = (factory: Factory): Backend | undefined => {
    const options = factory.definition.name === "wasm" ? { path } : {};
    try {
      const backend = backends.get(factory) ?? factory(options as never).setup(context);
      backends.set(factory, backend);
      return backend;
    } catch (error) {
      // one whose options must be given is not for `auto` to choose
      if (isUnequalError(error) && error.code === "OPTION_INVALID") return undefined;
      throw error;
    }
  };
  return (["gpu", "cpu"] as const).flatMap((hardware) =>
    engines
      .map((factory) => ({ factory, place: factory.definition.engine?.auto?.[hardware] }))
      .filter(({ place }) => place !== undefined)
      .sort((a, b) => Number(a.place) - Number(b.place))
      .flatMap(({ factory }) => {
        const backend = backendOf(factory);
        return backend === undefined ? [] : [{ backend, gpu: hardware === "gpu" }];
      }),
  );
}

/**
 * Runs on the best engine that starts, by the place that each engine's definition gives it: on a GPU by tensorflow-gpu or
 * webgpu; otherwise on the CPU by tensorflow-gpu's package, where that is installed, since a process cannot have
 * tensorflow's as well, or by tensorflow, wasm or cpu. Engines of plugins stand where their own definitions say. Which,
 * and why, is among the facts' notes. In a browser it is webgpu on a GPU, else wasm, else cpu.
 */
export const autoEngine = defineBackend({
  name: "auto",
  summary: "The best that starts of tensorflow-gpu, webgpu, tensorflow, wasm and cpu.",
  options: wasmOptions,
  setup: ({ path }, context) => {
    let taken: Backend | undefined;
    return {
      name: "auto",
      start: async () => {
        const { backend, facts } = await startBest(candidates(path, context));
        taken = backend;
        return facts;
      },
      learner: (model, options) => (taken?.learner ?? createLearner)(model, options),
      stop: async () => taken?.stop?.(),
    };
  },
});
