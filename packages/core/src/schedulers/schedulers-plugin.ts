import { definePlugin } from "../plugin/plugin.js";
import { all } from "./all.js";
import { always } from "./always.js";
import { any } from "./any.js";
import { fixed } from "./fixed.js";
import { never } from "./never.js";
import { not } from "./not.js";
import { recorded } from "./recorded.js";
import { tau } from "./tau.js";
import { warmUp } from "./warm-up.js";
import { window } from "./window.js";

/** Publishes the gates and sizers of @unequal/core. */
export const schedulersPlugin = definePlugin({
  name: "@unequal/core",
  apiVersion: 1,
  parts: [all, always, any, fixed, never, not, recorded, tau, warmUp, window],
});
