import "@tensorflow/tfjs-backend-wasm";
import { installWasmTraining } from "../src/index.js";

installWasmTraining();
