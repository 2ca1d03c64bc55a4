import type { Trainer } from "@unequal/core";
import { tellLowered } from "../reporters/tell-lowered.js";

/** Prints what a user should know of a fit, each warning once, however often `fit` is called: those of before are `told`. */
export function printWarnings({ events }: Trainer, told: Set<string>): void {
  const warn = (message: string): void => {
    if (!told.has(message)) console.warn(message);
    told.add(message);
  };
  events.on("warning", ({ message }) => {
    warn(message);
  });
  tellLowered(events, warn);
  events.on("scoring:switched", ({ mode, reason }) => {
    console.log(`scoring ${mode}: ${reason}`);
  });
  events.on("plugin:failed", ({ event, message }) => {
    warn(`A listener of "${event}" failed: ${message}`);
  });
}
