import { definePlugin } from "../plugin/plugin.js";
import * as parts from "./parts.js";

/** Publishes the gates, sizers and rates of @unequal/core. */
export const schedulersPlugin = definePlugin({
  name: "@unequal/core",
  apiVersion: 1,
  parts: Object.values(parts),
});
