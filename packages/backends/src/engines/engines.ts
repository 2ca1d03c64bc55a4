import { cpu } from "./cpu.js";
import { tensorflowGpu } from "./tensorflow-gpu.js";
import { tensorflow } from "./tensorflow.js";
import { wasm } from "./wasm.js";
import { webgpu } from "./webgpu.js";

/** Our own engines. */
export const ENGINES = [cpu, tensorflow, tensorflowGpu, wasm, webgpu] as const;
