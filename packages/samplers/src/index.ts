export * from "./parts.js";
export {
  PrioritizedReplay,
  type PrioritizedReplayOptions,
  type ReplaySample,
  type ReplayState,
} from "./replay/prioritized-replay.js";
export { samplersPlugin } from "./samplers-plugin.js";
