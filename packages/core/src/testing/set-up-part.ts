import type { Random } from "../contracts/random.js";
import type { State } from "../contracts/state.js";
import { EventBus } from "../events.js";
import type { PartContext, Part, Spec } from "../plugin/part.js";
import { Registry } from "../plugin/registry.js";
import type { Kind, Roles } from "../plugin/roles.js";
import { createRandom } from "../random/create-random.js";

/** A part set up as a trainer would, with what the trainer keeps for it. */
export interface Bench<K extends Kind> {
  readonly role: Roles[K];
  readonly events: EventBus;
  /** The step that events carry. */
  readonly cursor: { step: number };
  /** The states of every generator that the part, and those inside it, were given. */
  readonly generators: () => readonly State[];
  readonly restoreGenerators: (states: readonly State[]) => void;
}

/** Says how to set a part up. */
export interface BenchOptions {
  /** Default 0. */
  readonly seed?: number | string;
  /** Knows the parts that options name; default: none. */
  readonly registry?: Registry;
}

/** Sets up a part outside of a trainer: seeded generators, a bus of its own and a clock that stands still. */
export function setUpPart<K extends Kind>(part: Part<K>, options: BenchOptions = {}): Bench<K> {
  const { seed = 0, registry = new Registry([]) } = options;
  const root = createRandom(seed);
  const randoms: Random[] = [];
  const cursor = { step: 0 };
  const events = new EventBus(() => ({ step: cursor.step, seconds: 0 }));
  const build = <J extends Kind>(kind: J, spec: Spec<J>): Roles[J] => {
    const random = root.fork(`${kind} ${randoms.length}`);
    randoms.push(random);
    const context: PartContext = {
      ...{ random, events, clock: { now: () => 0 }, use: build },
      factsOf: registry.factsOf,
      registered: (other) => registry.factories(other),
    };
    return registry.part(kind, spec).setup(context);
  };
  return {
    role: build(part.kind, part),
    events,
    cursor,
    generators: () => randoms.map((random) => random.state()),
    restoreGenerators: (states) =>
      randoms.forEach((random, at) => random.restore(states[at] ?? { version: 0 })),
  };
}
