import { tensorflow } from "@unequal/backends";
import { describeEngine } from "./describe-engine.js";

await describeEngine({ part: tensorflow(), tolerance: 1e-5 });
