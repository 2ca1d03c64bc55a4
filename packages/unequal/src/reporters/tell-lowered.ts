import { rarely, type EventSource } from "@unequal/core";
import { numberText } from "./number-text.js";

/** Says that importance steps became shorter because losses rose: the first time, the tenth, the hundredth and so on. */
export function tellLowered(events: EventSource, say: (line: string) => void): void {
  const due = rarely();
  events.on("rate:lowered", ({ from, to, loss }) => {
    if (!due()) return;
    say(
      `The mean loss of the candidates rose, to ${numberText(loss)}. Importance steps take ${numberText(to)} times the learning rate for now, not ${numberText(from)} times.`,
    );
  });
}
