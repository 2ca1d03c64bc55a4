import type { Progress } from "../contracts/progress.js";
import { readDataset } from "./pools/chunks.js";
import { biasNotes } from "./bias-notes.js";
import { trialCandidates } from "./candidates/trial-candidates.js";
import { createUpcoming } from "./candidates/upcoming.js";
import { checkOptions } from "./check-options.js";
import { checkTrainer } from "./check-trainer.js";
import { leftOutTeller } from "./checks/left-out-teller.js";
import { createWeightWatch } from "./checks/weight-watch.js";
import {
  beginComposition,
  build,
  estimatorOf,
  fork,
  get,
  remembering,
  type Composition,
} from "./composition.js";
import { createCalibration } from "./costs/calibration.js";
import { measureScoring } from "./costs/measure-scoring.js";
import { startReplica } from "./costs/replica-choice.js";
import { describeParts, nameOf, presampleOf, settingsOf } from "./describe-parts.js";
import { checkedLaw } from "./draws/draw-rows.js";
import { createAgreement } from "./estimates/agreement.js";
import { createMetricControl, noMetricControl } from "./estimates/metric-control.js";
import { chooseScoring } from "./scoring/choose-scoring.js";
import { batchDrawer } from "./step/draw-batch.js";
import { stepEstimates } from "./step/estimate-step.js";
import { rateScaler } from "./rate-scale.js";
import { stepLearner } from "./step/learn-from.js";
import { updateMaker } from "./step/make-update.js";
import { rowSelector } from "./step/draw-batch.js";
import { noteTeller } from "./step/step-report.js";
import { rowTrainer } from "./step/train-rows.js";
import { TOKENS } from "./tokens.js";
import { Trainer } from "./trainer.js";
import { trainerOptions, type TrainerOptions } from "./trainer-options.js";
import { withDefaults } from "../plugin/option.js";

/** The scheduler, and what it is composed of, if it is. */
function schedulersOf(composition: Composition) {
  const composed = composition.options.scheduler === undefined;
  return {
    gate: composed ? get(composition, TOKENS.gate) : undefined,
    sizer: composed ? get(composition, TOKENS.sizer) : undefined,
    rate: composed ? get(composition, TOKENS.rate) : undefined,
    scheduler: get(composition, TOKENS.scheduler),
  };
}

/** What every part of a run may be given, of which each takes what it needs. */
function sharedParts(composition: Composition) {
  const { options } = composition;
  const registry = get(composition, TOKENS.registry);
  const sources = (options.signals ?? []).map((spec) => build(composition, "signal", spec));
  const { unbiased = false } = registry.part("weighting", options.weighting).definition;
  const [events, dataset] = [get(composition, TOKENS.events), get(composition, TOKENS.dataset)];
  const sampler = get(composition, TOKENS.sampler);
  const shared = {
    ...{ batchSize: options.batchSize, presample: presampleOf(options, dataset.size) },
    nonFinite: options.nonFinite,
    probeEvery: options.probeEvery,
    leftOut: leftOutTeller(events, dataset),
    weightWatch: createWeightWatch(events),
    claimsNoBias: unbiased,
    clock: get(composition, TOKENS.clock),
    sampler,
    law: checkedLaw(sampler, nameOf(options.sampler)),
    estimator: estimatorOf(composition),
    events,
    ...schedulersOf(composition),
    random: fork(composition, "trainer"),
    ...{ learner: get(composition, TOKENS.learner), dataset },
    order: get(composition, TOKENS.order),
    agreement: createAgreement(),
    sources,
    metrics: unbiased ? createMetricControl() : noMetricControl(),
    scorer: get(composition, TOKENS.scorer),
    weighting: get(composition, TOKENS.weighting),
  } as const;
  const inline = get(composition, TOKENS.scoring);
  return { ...shared, ...chooseScoring(shared, inline, options.scoring) };
}

type SharedParts = ReturnType<typeof sharedParts>;

/** Joins them to what makes the steps of a run. */
function joinParts(shared: SharedParts) {
  const { background, scoringSettings, random, scheduler } = shared;
  const upcoming = createUpcoming(shared);
  const estimates = shared.scorer && stepEstimates({ ...shared, scorer: shared.scorer });
  const draw = batchDrawer({ ...shared, upcoming, select: rowSelector(shared) });
  const train = rowTrainer({ ...shared, estimates });
  const learn = stepLearner({ ...shared, estimates });
  const tryOut = async ({ update }: Progress) =>
    background?.tryOut(trialCandidates(shared, random.fork(`trial ${update}`), update));
  const auto = scoringSettings.name === "auto";
  const asked = scheduler.requires.includes("costs");
  const gated = scheduler.requires.includes("comparison");
  const calibration =
    asked || gated || auto
      ? createCalibration({
          ...shared,
          ...{ asked, gated, auto },
          measureScoring: (progress, calls) => measureScoring(shared, progress, calls),
        })
      : undefined;
  return {
    upcoming,
    calibration,
    makeUpdate: updateMaker({ ...shared, upcoming, draw, train, learn, tryOut }),
    sizes: upcoming.sizes,
    startReplica:
      background && ((left: () => number | undefined) => startReplica(background, { auto, left })),
  };
}

function trainerOf(composition: Composition, shared: SharedParts): Trainer {
  const { options, generators, cursor, scope } = composition;
  const { learner, sampler, estimator, scheduler, order, metrics, agreement } = shared;
  const { presample } = shared;
  const joined = joinParts(shared);
  const { upcoming } = joined;
  const registry = get(composition, TOKENS.registry);
  const parts = {
    ...shared,
    ...joined,
    rate: rateScaler(shared),
    ...{ generators, seed: options.seed, description: describeParts(options, presample) },
    settings: () => settingsOf(options, { presample, examples: shared.dataset.size }),
    stateful: {
      learner,
      sampler,
      estimator,
      scheduler,
      order,
      metrics,
      upcoming,
      agreement,
      ...remembering(composition),
    },
    prepare: async () => sampler.prepare?.(readDataset(shared.dataset, shared.presample)),
    tellNotes: noteTeller({ ...shared, notes: biasNotes(options, registry) }),
    release: async () => {
      estimator.dispose();
      await shared.scoring.dispose();
      shared.events.dispose();
      await scope.dispose();
    },
  };
  return new Trainer(parts, cursor);
}

/**
 * Composes a trainer from parts, in a container of its own that is disposed with it.
 *
 * @throws BATCH_LARGER_THAN_POOL, DATASET_TOO_SMALL, SCORER_MISSING, SCORER_UNUSED, SIGNAL_UNAVAILABLE,
 *   GATE_UNREACHABLE, SCHEDULER_NEEDS_SCORES, SIZES_INVALID, ESTIMATOR_UNSUPPORTED, UNKNOWN_NAME, OPTION_INVALID: all before step 0
 */
export function createTrainer(options: TrainerOptions): Trainer {
  checkOptions(options);
  const composition = beginComposition(withDefaults(trainerOptions, options));
  const shared = sharedParts(composition);
  checkTrainer(shared);
  return trainerOf(composition, shared);
}
