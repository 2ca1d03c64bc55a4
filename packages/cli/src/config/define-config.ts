import type { UnequalConfig } from "./unequal-config.js";

/** Returns a configuration as it is, checked by the editor: `export default defineConfig({ … })`. */
export function defineConfig(config: UnequalConfig): UnequalConfig {
  return config;
}
