import { definePlugin } from "../plugin/plugin.js";
import { all } from "./all.js";
import { always } from "./always.js";
import { any } from "./any.js";
import { auto } from "./auto.js";
import { constantTime } from "./constant-time.js";
import { constantVariance } from "./constant-variance.js";
import { fixed } from "./fixed.js";
import { never } from "./never.js";
import { not } from "./not.js";
import { recorded } from "./recorded.js";
import { tau } from "./tau.js";
import { totalVariation } from "./total-variation.js";
import { warmUp } from "./warm-up.js";
import { windowGate } from "./window.js";

/** Publishes the gates and sizers of @unequal/core. */
export const schedulersPlugin = definePlugin({
  name: "@unequal/core",
  apiVersion: 1,
  parts: [
    ...[all, always, any, never, not, recorded, tau, totalVariation, warmUp, windowGate],
    ...[auto, constantTime, constantVariance, fixed],
  ],
});
