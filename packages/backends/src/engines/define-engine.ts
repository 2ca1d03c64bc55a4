import * as tf from "@tensorflow/tfjs";
import {
  defineBackend,
  isUnequalError,
  type Backend,
  type EngineDescription,
  type EngineFacts,
  type PartDefinition,
  type PartFactory,
} from "@unequal/core";
import { createLearner } from "../create-learner.js";
import { knowEngine, noteEngine } from "../models/engine-traits.js";
import { notStarted, type NamedEngine } from "./start-engine.js";

type Schema = NonNullable<PartDefinition<"backend">["options"]>;
type Given<S extends Schema> = NonNullable<S["~standard"]["types"]>["input"];
type Checked<S extends Schema> = Parameters<PartDefinition<"backend", S>["setup"]>[0];

/** Describes an engine of TensorFlow.js, and how it is started. */
export interface EngineDefinition<S extends Schema>
  extends
    Omit<PartDefinition<"backend", S>, "setup" | "engine">,
    Pick<Backend, "findsGpu" | "stop"> {
  readonly engine: EngineDescription;
  /** Starts it and makes it the active one. @throws BACKEND_UNAVAILABLE */
  readonly start: (options: Checked<S>) => Promise<EngineFacts>;
  /** Tells whether it is the active one; absent: if TensorFlow.js has it active by the backend's name. */
  readonly isActive?: () => boolean;
  /** Sees to what an engine needs that the program itself has started, and says what it knows of it. */
  readonly adopt?: () => Partial<EngineFacts> | Promise<Partial<EngineFacts>>;
}

/** A backend that can also take over an engine that runs. */
export type EngineFactory<I> = PartFactory<"backend", I> & {
  /** Takes the active engine as it is; undefined where that is another. */
  readonly adopt: () => Promise<EngineFacts | undefined>;
};

/** Starts an engine, and sees that it is the active one then. @throws BACKEND_UNAVAILABLE */
async function checkedStart(
  wanted: NamedEngine,
  start: () => Promise<EngineFacts>,
): Promise<EngineFacts> {
  try {
    const facts = await start();
    if (tf.getBackend() === facts.engine) return facts;
  } catch (error) {
    throw isUnequalError(error) ? error : notStarted(wanted, error);
  }
  // what setBackend answers with false
  throw notStarted(wanted, undefined);
}

/**
 * Defines a backend for an engine of TensorFlow.js: learners are those of this package, and go by what `engine` says.
 */
export function defineEngine<S extends Schema = Schema>({
  start,
  stop,
  findsGpu,
  isActive = () => tf.getBackend() === definition.name,
  adopt = () => ({}),
  ...definition
}: EngineDefinition<S>): EngineFactory<Given<S>> {
  const { name, engine } = definition;
  knowEngine({ name, engine, isActive });
  const part = defineBackend<S>({
    ...definition,
    setup: (options) => ({
      name,
      start: async () => {
        const facts = await checkedStart({ name, engine }, () => start(options));
        noteEngine(name, engine, facts);
        return facts;
      },
      learner: createLearner,
      ...(findsGpu && { findsGpu }),
      ...(stop && { stop }),
    }),
  });
  return Object.assign(part, {
    adopt: async () => {
      if (!isActive()) return undefined;
      const active = tf.getBackend();
      const facts = { engine: active, device: active, ...(await adopt()) };
      noteEngine(name, engine, facts);
      return facts;
    },
  });
}
