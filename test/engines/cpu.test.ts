import { cpu } from "@unequal/backends";
import { describeEngine } from "./describe-engine.js";

await describeEngine({ part: cpu(), tolerance: 1e-6 });
