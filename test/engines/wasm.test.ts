import { wasm } from "@unequal/backends";
import { describeEngine } from "./describe-engine.js";

await describeEngine({ part: wasm(), tolerance: 1e-5 });
