import "@tensorflow/tfjs-backend-wasm";
import { installWasmTraining } from "./install.js";

// importing this entry is all that a program has to do
installWasmTraining();

export { installWasmTraining };
