import { all } from "../schedulers/gates/all.js";
import { always } from "../schedulers/gates/always.js";
import { any } from "../schedulers/gates/any.js";
import { never } from "../schedulers/gates/never.js";
import { not } from "../schedulers/gates/not.js";
import { tau } from "../schedulers/gates/tau.js";
import { warmUp } from "../schedulers/gates/warm-up.js";
import { windowGate } from "../schedulers/gates/window.js";
import { describeDataset, describeGate, describeLearner, toyDataset, toyLearner } from "./index.js";

describeDataset("toy", () => toyDataset());
describeDataset("toy with weights and augmentation", () =>
  toyDataset({ size: 9, jitter: 0.2, weights: Float32Array.from({ length: 9 }, (_, id) => id) }),
);
describeDataset("toy of numbers", () => toyDataset({ task: "numbers", outputs: 1 }));

describeLearner("a toy model", () => {
  const learner = toyLearner();
  return { learner, dataset: toyDataset({ size: 10 }), alive: () => learner.alive() };
});
describeLearner("a toy model with momentum, dropout and a regulariser", () => {
  const learner = toyLearner({ momentum: 0.9, dropout: 0.5, l2: 0.1, outputs: 3 });
  return { learner, dataset: toyDataset({ size: 10, outputs: 3 }), alive: () => learner.alive() };
});
describeLearner("a toy model of numbers", () => {
  const learner = toyLearner({ loss: "squared", outputs: 1 });
  const weights = Float32Array.from({ length: 10 }, (_, id) => 1 + (id % 3));
  const dataset = toyDataset({ size: 10, task: "numbers", outputs: 1, weights });
  return { learner, dataset, alive: () => learner.alive() };
});

describeGate(always());
describeGate(never());
describeGate(warmUp({ updates: 40 }));
describeGate(windowGate({ start: 10, end: 100 }));
describeGate(not({ of: windowGate({ start: 10, end: 100 }) }));
describeGate(all({ of: [warmUp({ updates: 40 }), tau()] }));
describeGate(any({ of: [windowGate({ start: 10, end: 20 }), tau()] }));
describeGate(tau());
describeGate(tau({ account: "slides", costs: { backward: 2 } }));
