import { definePlugin } from "@unequal/core";
import * as parts from "./parts.js";

/** Publishes the reporters that a configuration can name. */
export const reportersPlugin = definePlugin({
  name: "unequal",
  apiVersion: 1,
  parts: Object.values(parts),
});
