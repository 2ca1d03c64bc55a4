import type { TrainerParts } from "./trainer-parts.js";

/** Makes what emits the notes on parts and model, each once: a pass may have added to them since the last call. */
export function noteTeller({
  learner,
  events,
  notes,
}: Pick<TrainerParts, "learner" | "events" | "notes">): () => void {
  let told = 0;
  return () => {
    const fresh = [...notes, ...learner.facts.notes].slice(told);
    told += fresh.length;
    for (const message of fresh) events.emit("warning", () => ({ code: "NOTE", message }));
  };
}
