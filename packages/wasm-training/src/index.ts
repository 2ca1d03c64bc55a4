export { WasmTrainingError, type WasmTrainingErrorCode } from "./engine/wasm-training-error.js";
export { installWasmTraining } from "./install.js";
