import type { Trainer } from "@unequal/core";
import { tellChoices, type Choices } from "../reporters/tell-choices.js";
import { tellLowered } from "../reporters/tell-lowered.js";

/**
 * Prints how a fit trains, and what a user should know of it: each warning once, however often `fit` is called, those of before are
 * `told`.
 */
export function print({ events }: Trainer, choices: Choices, told: Set<string>): void {
  tellChoices(choices, (line) => console.log(line));
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
