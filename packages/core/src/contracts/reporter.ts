import type { EventSource } from "./events.js";
import type { Remembering } from "./state.js";

/** Shows a run to a person or a file, as a listener on the bus. One with a state is restored, where a run goes on, before it is attached. */
export interface Reporter extends Remembering {
  /** Subscribes to a run. */
  readonly attach: (events: EventSource) => void;
  /** Ends its output. */
  readonly close: () => void | Promise<void>;
}
