/**
 * Trains on 4,000 digits by exact gradient norms, with scores remembered for some updates and without:
 * node examples/cached-scores/run.mjs [updates]
 */
import { createLearner, wasm } from "@unequal/backends";
import { always, createTrainer, never, setUpPart, TOKENS, wrap } from "@unequal/core";
import { mnist, slice } from "@unequal/datasets";
import { gradientNorm, plain, proportional, unbiased } from "@unequal/samplers";
import * as tf from "@tensorflow/tfjs";
import { cachedScoring } from "./cached-scoring.mjs";

const [EXAMPLES, BATCH, PRESAMPLE] = [4000, 32, 160];
const length = Number(process.argv[2] ?? 500);

function makeModel() {
  const seeded = (seed) => ({ kernelInitializer: tf.initializers.glorotUniform({ seed }) });
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({
        ...{ inputShape: [28, 28, 1], filters: 8, kernelSize: 5, strides: 2, activation: "relu" },
        ...seeded(1),
      }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 64, activation: "relu", ...seeded(2) }),
      tf.layers.dense({ units: 10, activation: "softmax", ...seeded(3) }),
    ],
  });
  const metrics = ["accuracy"];
  model.compile({
    optimizer: tf.train.momentum(0.02, 0.9),
    loss: "categoricalCrossentropy",
    metrics,
  });
  return model;
}

/** Counts the candidates whose signals are computed. */
function counted(inner, count) {
  const submit = (request) => {
    if (request.signals.length > 0) count.scored += request.ids.length;
    return inner.submit(request);
  };
  return { ...inner, submit };
}

async function train({ train: dataset, test }, { gate, updates }) {
  const learner = createLearner(makeModel());
  const count = { scored: 0 };
  const cache = wrap(TOKENS.scoring, (inner) => cachedScoring(inner, { updates }));
  const trainer = createTrainer({
    ...{ learner, dataset, gate, batchSize: BATCH, presample: PRESAMPLE },
    sampler: proportional(),
    scorer: gradientNorm(),
    weighting: unbiased(),
    estimator: plain(),
    // half of the draws by old scores are uniform: no weight is above 2
    scoring: { name: "inline", uniform: 0.5 },
    provide: [
      wrap(TOKENS.scoring, (inner) => counted(inner, count)),
      ...(updates === undefined ? [] : [cache]),
    ],
  });
  await trainer.run({ updates: length });
  const { seconds } = trainer.progress;
  const [seen, unseen] = [await learner.evaluate(dataset), await learner.evaluate(test)];
  await trainer.dispose();
  return {
    seconds,
    share: count.scored / (length * PRESAMPLE),
    loss: seen.loss,
    ...unseen.metrics,
  };
}

const engine = setUpPart("backend", wasm());
await engine.start();
const digits = await setUpPart("dataset", mnist()).load();
const data = { train: slice(digits.train, 0, EXAMPLES), test: digits.test };
console.log(`${EXAMPLES} digits, ${BATCH} of ${PRESAMPLE} candidates a step, ${length} updates`);
console.log(["scores", "candidates scored", "seconds", "training loss", "test error"].join(" | "));
const pass = EXAMPLES / PRESAMPLE;
const arms = [
  ["none, uniform", { gate: never() }],
  ["of this step", { gate: always() }],
  ...[2, 4, 8].map((passes) => [
    `at most ${passes * pass} updates old`,
    { gate: always(), updates: passes * pass },
  ]),
];
for (const [name, options] of arms) {
  const { seconds, share, loss, error } = await train(data, options);
  const cells = [
    `${(100 * share).toFixed(0)} %`,
    seconds.toFixed(0),
    loss.toFixed(4),
    `${(100 * error).toFixed(2)} %`,
  ];
  console.log([name, ...cells].join(" | "));
}
await engine.stop();
