import { definePlugin } from "@unequal/core";
import { mnist } from "./mnist.js";

/** Publishes the data sets of @unequal/datasets. */
export const datasetsPlugin = definePlugin({
  name: "@unequal/datasets",
  apiVersion: 1,
  parts: [mnist],
});
