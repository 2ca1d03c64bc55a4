import { definePlugin } from "@unequal/core";
import * as parts from "./parts.js";

/** Publishes the engines, architectures and optimizers of @unequal/backends. */
export const backendsPlugin = definePlugin({
  name: "@unequal/backends",
  apiVersion: 1,
  parts: Object.values(parts),
});
