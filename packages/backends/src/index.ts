export * from "./parts.js";
export { backendsPlugin } from "./backends-plugin.js";
export { activeEngine } from "./engines/active-engine.js";
export {
  defineEngine,
  type EngineDefinition,
  type EngineFactory,
} from "./engines/define-engine.js";
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
