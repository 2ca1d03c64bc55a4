export { cnn } from "./architectures/cnn.js";
export { embedding } from "./architectures/embedding.js";
export { linearModel } from "./architectures/linear.js";
export { mlp } from "./architectures/mlp.js";
export { backendsPlugin } from "./backends-plugin.js";
export { activeEngine } from "./engines/active-engine.js";
export { autoEngine } from "./engines/auto.js";
export {
  defineEngine,
  type EngineDefinition,
  type EngineFactory,
} from "./engines/define-engine.js";
export { cpu } from "./engines/cpu.js";
export { tensorflowGpu } from "./engines/tensorflow-gpu.js";
export { tensorflow } from "./engines/tensorflow.js";
export { wasm } from "./engines/wasm.js";
export { webgpu } from "./engines/webgpu.js";
export { checkClassIds, exampleAt } from "./models/check-class-ids.js";
export { createLearner } from "./create-learner.js";
export {
  functionModel,
  type FunctionModel,
  type FunctionModelDefinition,
} from "./models/function-model.js";
export { learnerOptionsSchema, type LearnerOptions } from "./models/learner-options.js";
export { functional } from "./models/functional.js";
export { modelColumns, type ModelColumns, type TargetColumn } from "./models/model-columns.js";
export { adagrad } from "./optimizers/adagrad.js";
export { adam } from "./optimizers/adam.js";
export { momentum } from "./optimizers/momentum.js";
export { rmsprop } from "./optimizers/rmsprop.js";
export { sgd } from "./optimizers/sgd.js";
