import type { Dataset } from "../../contracts/dataset.js";
import { UnequalError } from "../../errors.js";
import type { EventBus } from "../../events.js";
import { causeOf } from "./check-losses.js";
import { rarely } from "./rarely.js";

interface NamedExamples {
  readonly ids: Uint32Array;
  readonly keys: Uint32Array;
}

/** What is left out: rows of steps for their losses, candidates of pools for their scores. */
type Kind = "losses" | "scores";

/** Says on the bus what `nonFinite: "skip"` leaves out: the first time, the tenth, the hundredth and so on. */
export type LeftOutTeller = Readonly<
  Record<
    Kind,
    /**
     * Tells of examples that a step or pool left out, of which `left` others remain.
     * @throws LOSS_NOT_FINITE, SCORE_NOT_FINITE where none remains and it is not for the data: then training diverged
     */
    (examples: NamedExamples, left: number) => Promise<void>
  >
>;

const WORDS = {
  losses: { code: "LOSS_NOT_FINITE", of: "step", what: "loss", number: "a finite number" },
  scores: { code: "SCORE_NOT_FINITE", of: "pool", what: "score", number: "a finite number ≥ 0" },
} as const;

const LOOK = "Its data are finite: look at what scores it, and at the learning rate.";

function tellerOf(kind: Kind, events: EventBus, dataset: Dataset): LeftOutTeller[Kind] {
  const { code, of, what, number } = WORDS[kind];
  const due = rarely();
  let rows = 0;
  return async ({ ids, keys }, left) => {
    rows += ids.length;
    const told = due();
    if (left > 0 && !told) return;
    const id = ids[0] as number;
    const cause = await causeOf(dataset, id, keys[0] as number);
    const { data } = cause;
    const advice = data || kind === "losses" ? cause.advice : LOOK;
    if (left === 0 && !data) {
      throw new UnequalError(
        code,
        `No example of the ${of} has a ${what} that is ${number}: not example ${id} either. ${advice}`,
      );
    }
    if (!told) return;
    const message = `A ${of} left example ${id} out, since its ${what} is not ${number}. ${advice} So far ${rows.toLocaleString("en-US")} were left out of a ${of}; the others count for them.`;
    events.emit("warning", () => ({ code, message }));
  };
}

/** Creates the teller of a run that has left nothing out. */
export function leftOutTeller(events: EventBus, dataset: Dataset): LeftOutTeller {
  return {
    losses: tellerOf("losses", events, dataset),
    scores: tellerOf("scores", events, dataset),
  };
}
