/** The engines that have a native binding to build, and their packages. */
export const NATIVE_ENGINES = {
  tensorflow: "@tensorflow/tfjs-node",
  "tensorflow-gpu": "@tensorflow/tfjs-node-gpu",
} as const;

/** Names an engine that has a native binding. */
export type NativeEngine = keyof typeof NATIVE_ENGINES;
