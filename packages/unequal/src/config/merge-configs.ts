import type { UnequalConfig } from "../options/command-options.js";

const LIMITS = ["epochs", "maxSteps", "maxTime"] as const;

/**
 * Lays one configuration over another: its keys win. A limit of the upper one replaces all limits of the lower
 * one; plugins add up.
 */
export function mergeConfigs(lower: UnequalConfig, upper: UnequalConfig): UnequalConfig {
  const limited = LIMITS.some((limit) => upper[limit] !== undefined);
  const kept = Object.entries(lower).filter(
    ([key]) => !(limited && (LIMITS as readonly string[]).includes(key)),
  );
  const given = Object.entries(upper).filter(([, value]) => value !== undefined);
  const plugins = [...(lower.plugins ?? []), ...(upper.plugins ?? [])];
  return {
    ...Object.fromEntries([...kept, ...given]),
    ...(plugins.length > 0 && { plugins: [...new Set(plugins)] }),
  };
}

/** Lays configurations over each other, the first lowest. */
export function mergeAll(layers: readonly UnequalConfig[]): UnequalConfig {
  return layers.reduce<UnequalConfig>(mergeConfigs, {});
}
