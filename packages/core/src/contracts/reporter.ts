import type { EventSource } from "./events.js";

/** Shows a run to a person or a file, as a listener on the bus. */
export interface Reporter {
  /** Subscribes to a run. */
  readonly attach: (events: EventSource) => void;
  /** Ends its output. */
  readonly close: () => void | Promise<void>;
}
