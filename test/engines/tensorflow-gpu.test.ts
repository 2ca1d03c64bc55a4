import { tensorflowGpu } from "@unequal/backends";
import { describeEngine } from "./describe-engine.js";

await describeEngine({ part: tensorflowGpu(), tolerance: 1e-5 });
