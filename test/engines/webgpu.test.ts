import { webgpu } from "@unequal/backends";
import { describeEngine } from "./describe-engine.js";

await describeEngine({ part: webgpu(), tolerance: 1e-4 });
