import type { Learner } from "../../contracts/learner.js";
import type { EventBus } from "../../events.js";

/** Makes what emits the notes on parts and model, each once: a pass may have added to them since the last call. */
export function noteTeller({
  learner,
  events,
  notes,
}: {
  readonly learner: Pick<Learner, "facts">;
  readonly events: EventBus;
  /** What a user should know of the parts together, a sentence each. */
  readonly notes: readonly string[];
}): () => void {
  let told = 0;
  return () => {
    const fresh = [...notes, ...learner.facts.notes].slice(told);
    told += fresh.length;
    for (const message of fresh) events.emit("warning", () => ({ code: "NOTE", message }));
  };
}
