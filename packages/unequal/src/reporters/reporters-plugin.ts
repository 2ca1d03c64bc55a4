import { definePlugin } from "@unequal/core";
import { jsonLines } from "./json-lines.js";

/** Publishes the reporters that a configuration can name. */
export const reportersPlugin = definePlugin({
  name: "unequal",
  apiVersion: 1,
  parts: [jsonLines],
});
