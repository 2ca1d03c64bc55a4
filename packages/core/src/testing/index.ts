export { toyDataset, type ToyDatasetOptions } from "./toy-dataset.js";
export { toyLearner, type ToyLearner, type ToyLearnerOptions } from "./toy-learner.js";
