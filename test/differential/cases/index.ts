import type { DifferentialCase } from "../differential-case.js";
import { generateCases } from "../generated/generate-cases.js";
import { callbacks } from "./callbacks.js";
import { fits } from "./fits.js";
import { inputs } from "./inputs.js";
import { layerKinds } from "./layers.js";
import { losses } from "./losses.js";
import { metrics } from "./metrics.js";
import { optimizers } from "./optimizers.js";
import { outputs } from "./outputs.js";
import { streams } from "./streams.js";
import { structures } from "./structures.js";
import { validation } from "./validation.js";
import { weights } from "./weights.js";

/** All cases, by what they vary. */
export const cases: Readonly<Record<string, readonly DifferentialCase[]>> = {
  inputs,
  outputs,
  layers: layerKinds,
  structures,
  losses,
  metrics,
  optimizers,
  weights,
  validation,
  streams,
  fits,
  callbacks,
  generated: generateCases(48, "differential cases"),
};
