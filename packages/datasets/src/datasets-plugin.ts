import { definePlugin } from "@unequal/core";
import { byId } from "./by-id.js";
import { mnist } from "./mnist.js";
import { sliced } from "./slice.js";

/** Publishes the data sets, and the signals known by example, of @unequal/datasets. */
export const datasetsPlugin = definePlugin({
  name: "@unequal/datasets",
  apiVersion: 1,
  parts: [mnist, sliced, byId],
});
