import type { EventBus } from "../events.js";

/** Shows a run to a person or a file, as a listener on the bus. */
export interface Reporter {
  /** Subscribes to the bus. */
  readonly attach: (events: EventBus) => void;
  /** Ends its output. */
  readonly close: () => void | Promise<void>;
}
