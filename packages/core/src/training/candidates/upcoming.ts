import type { Progress } from "../../contracts/progress.js";
import type { ReplicaAnswer } from "../../contracts/replica.js";
import type { Sizes } from "../../contracts/scheduler.js";
import type { State, StatefulOnEngine } from "../../contracts/state.js";
import { restored } from "../../state/restored.js";
import type { BackgroundScoring } from "../scoring/background-scoring.js";
import type { AskedCandidates, ScoringAhead } from "../scoring/scoring-ahead.js";
import {
  planCandidates,
  plannedSizes,
  type Ahead,
  type PlanningParts,
  type SizedParts,
} from "./plan-candidates.js";
import { refreshMemory, type MemoryParts } from "./plan-candidates.js";
import type { Loaded, PlannedCandidates, StepPlan } from "./step-plan.js";

/** The candidates of coming steps: planned one after the other, and asked for ahead where that saves time. */
export interface Upcoming extends StatefulOnEngine {
  /**
   * Returns the sizes of the coming step, or were it one of importance sampling: where its candidates were planned before,
   * those that they were planned with.
   */
  readonly sizes: (progress: Progress, importance: boolean) => Sizes;
  /** Returns the candidates of a step. */
  readonly take: (step: StepPlan) => Promise<Loaded>;
  /** Asks for those of the steps after this one. Resolves when the learner is at rest. */
  readonly ask: (step: StepPlan) => Promise<void>;
}

/** What the candidates of coming steps are had with. */
type UpcomingParts = PlanningParts &
  MemoryParts &
  SizedParts & {
    readonly scoring: ScoringAhead;
    readonly background: BackgroundScoring | undefined;
  };

/** Candidates that are asked for, of parameters that have seen `scoredAt` updates. */
interface Asked {
  readonly planned: PlannedCandidates;
  readonly scoredAt: number;
  readonly asked: AskedCandidates;
}

/** Candidates that are planned. */
interface Plans {
  readonly queue: Asked[];
  /** Proposals that were asked for and were not wanted then: a sampler makes none twice, so they are for the next importance steps. */
  readonly proposals: PlannedCandidates[];
}

interface Saved {
  readonly queue: readonly (Omit<Asked, "asked"> & { readonly answer?: ReplicaAnswer })[];
  readonly proposals: PlannedCandidates[];
}

/** Tells whether candidates that were asked for serve a step: those scored in the background also if sizes changed since. */
function serves(planned: PlannedCandidates, step: StepPlan, lead: number | undefined): boolean {
  if (planned.importance !== step.importance) return false;
  if (!step.importance || (lead ?? 0) > 0) return true;
  return planned.sizes.candidates === step.sizes.candidates;
}

/** Saves candidates that a replica was asked for, with what it found: parameters of then are gone. */
async function savedPlans(
  { background }: UpcomingParts,
  { queue, proposals }: Plans,
): Promise<State> {
  const saved: Saved["queue"][number][] = [];
  // what the learner itself was asked for is asked for again: its scores are of age 0
  for (const { planned, scoredAt, asked } of background === undefined ? [] : queue) {
    const answer = await asked.answer();
    saved.push({ planned, scoredAt, ...(answer && { answer }) });
  }
  return { version: 3, ...structuredClone({ queue: saved, proposals }) } as unknown as State;
}

/** Takes up what was planned, with the answers that there were. */
function restoredPlans({ background }: UpcomingParts, state: State): Plans {
  const { queue, proposals } = restored<Saved>(state, 3, "coming candidates");
  const asked = queue.flatMap(({ planned, scoredAt, answer }) =>
    background === undefined
      ? []
      : [{ planned, scoredAt, asked: background.asked({ ...planned, scoredAt }, answer) }],
  );
  return { queue: asked, proposals };
}

/** Counts the candidates that the dataset's order will have dealt once those asked for are taken. */
function dealt({ queue }: Plans): number {
  return queue.reduce(
    (sum, { planned: { proposed, ids } }) => sum + (proposed ? 0 : ids.length),
    0,
  );
}

/** Returns the sizes that the next importance step has because its candidates are planned. */
function asPlanned({ queue, proposals }: Plans, lead = 0): Sizes | undefined {
  const next = queue[0]?.planned ?? proposals[0];
  // where nothing is asked for ahead any more, a proposal of another size is still better used than lost
  return lead > 0 || next?.proposed === true ? next?.sizes : undefined;
}

function sizesOf(
  parts: UpcomingParts,
  plans: Plans,
  { progress, importance }: Pick<StepPlan, "progress" | "importance">,
): Sizes {
  const planned = importance ? asPlanned(plans, parts.scoring.lead()) : undefined;
  return planned ?? plannedSizes(parts, progress);
}

/** Gives up what was asked for, but for proposals. */
function withoutAsked({ queue, proposals }: Plans): Plans {
  for (const { asked } of queue) asked.drop();
  const planned = queue.map((each) => each.planned);
  return { queue: [], proposals: [...planned.filter(({ proposed }) => proposed), ...proposals] };
}

/** Plans candidates, or takes up proposals that nobody wanted. */
function createPlanner(parts: UpcomingParts) {
  let refreshed: number | undefined;
  // candidates of several steps may be planned in one
  const refreshOnce = async ({ progress }: StepPlan): Promise<void> => {
    if (refreshed === progress.update) return;
    refreshed = progress.update;
    await refreshMemory(parts, progress);
  };
  return {
    plan: async (
      { proposals }: Plans,
      step: StepPlan,
      ahead: Ahead,
    ): Promise<PlannedCandidates> => {
      const proposal = step.importance ? proposals.shift() : undefined;
      if (proposal !== undefined) return proposal;
      if (step.importance) await refreshOnce(step);
      return planCandidates(parts, step, ahead);
    },
    /** Begins anew, at whatever update. */
    restart: (): void => {
      refreshed = undefined;
    },
  };
}

/** Creates the plans of a run that has not begun. */
export function createUpcoming(parts: UpcomingParts): Upcoming {
  const { scoring, order } = parts;
  let plans: Plans = { queue: [], proposals: [] };
  const { plan, restart } = createPlanner(parts);
  return {
    sizes: (progress, importance) => sizesOf(parts, plans, { progress, importance }),
    take: async (step) => {
      const { update } = step.progress;
      const first = plans.queue[0]?.planned;
      if (first !== undefined && !serves(first, step, scoring.lead())) plans = withoutAsked(plans);
      const next = plans.queue.shift();
      const planned = next?.planned ?? (await plan(plans, step, { skip: 0, later: 0 }));
      if (!planned.proposed) order.next(planned.ids.length);
      const candidates = await (next?.asked.take(update) ??
        scoring.submit({ ...planned, scoredAt: update }));
      const { proposed, weights } = planned;
      return { ...candidates, ...(proposed && weights && { proposed: weights }) };
    },
    ask: async (step) => {
      const lead = scoring.lead();
      if (lead === undefined || (lead > 0 && !step.importance)) return;
      // asked for after the update, candidates meet its parameters
      const scoredAt = step.progress.update + (lead === 0 ? 1 : 0);
      const { queue } = plans;
      // this step's own may be those of candidates planned before it
      const coming = { ...step, sizes: plannedSizes(parts, step.progress) };
      while (queue.length < Math.max(lead, 1)) {
        const planned = await plan(plans, coming, { skip: dealt(plans), later: 1 + queue.length });
        const asked = await scoring.ask({ ...planned, scoredAt });
        queue.push({ planned, scoredAt, asked });
      }
    },
    state: () => savedPlans(parts, plans),
    restore: async (state) => {
      for (const { asked } of plans.queue) asked.drop();
      restart();
      plans = restoredPlans(parts, state);
    },
  };
}
