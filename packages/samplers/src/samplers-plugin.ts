import { definePlugin } from "@unequal/core";
import * as parts from "./parts.js";

/** Publishes the samplers, scorers, weightings and estimators of this package. */
export const samplersPlugin = definePlugin({
  name: "@unequal/samplers",
  apiVersion: 1,
  parts: Object.values(parts),
});
