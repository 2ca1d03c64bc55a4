import type { Clock } from "../contracts/clock.js";
import type { Random } from "../contracts/random.js";
import { EventBus } from "../events.js";
import { createRandom } from "../random/create-random.js";
import { systemClock } from "../system-clock.js";
import type { PartContext, Spec } from "./part.js";
import { Registry } from "./registry.js";
import type { Kind, Roles } from "./roles.js";

/** What a part is set up with; everything has a default. */
export interface SetUpOptions {
  readonly registry?: Registry;
  /** The generator that the part's own is forked from. */
  readonly random?: Random;
  readonly events?: EventBus;
  readonly clock?: Clock;
}

/**
 * Sets up one part outside of a trainer: a backend, a data set, a model, or any other for a test.
 * @throws UNKNOWN_NAME, OPTION_INVALID, PART_INVALID
 */
export function setUpPart<K extends Kind>(
  kind: K,
  spec: Spec<K>,
  options: SetUpOptions = {},
): Roles[K] {
  const {
    registry = new Registry([]),
    random = createRandom(0),
    events = new EventBus(),
    clock = systemClock,
  } = options;
  const part = registry.part(kind, spec);
  const own = random.fork(`${kind}/${part.name}`);
  const context: PartContext = {
    random: own,
    events,
    clock,
    factsOf: registry.factsOf,
    use: (other, otherSpec) =>
      setUpPart(other, otherSpec, { registry, random: own, events, clock }),
    registered: (other) => registry.factories(other),
  };
  return part.setup(context);
}
