export { WasmTrainingError, type WasmTrainingErrorCode } from "./engine/wasm-training-error.js";
export { installWasmTraining } from "./install.js";
export {
  SEQUENCE_PROBE,
  type SequenceDeltas,
  type SequenceProbe,
  type SequenceWatch,
} from "./recurrent/sequence-probe.js";
