export { NATIVE_ENGINES, type NativeEngine } from "./native-engines.js";
export { printSetup, type SetupOutput } from "./print-setup.js";
export { SetupError } from "./setup-error.js";
export { setupTensorFlow, type SetupRequest, type SetupResult } from "./setup-tensorflow.js";
