import { definePlugin } from "@unequal/core";
import * as parts from "./parts.js";

/** Publishes the data sets, and the signals known by example, of @unequal/datasets. */
export const datasetsPlugin = definePlugin({
  name: "@unequal/datasets",
  apiVersion: 1,
  parts: Object.values(parts),
});
