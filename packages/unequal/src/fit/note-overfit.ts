import type { Trainer } from "@unequal/core";
import { pastBestText } from "../reporters/past-best.js";

/** Says where validation went up again, and no sampling helps. */
export function noteOverfit(
  trainer: Trainer,
  {
    epoch,
    history,
  }: { readonly epoch: readonly number[]; readonly history: Readonly<Record<string, number[]>> },
): void {
  const { loss = [], val_loss: losses = [] } = history;
  const looks = losses.map((each, at) => ({ share: (at + 1) / losses.length, loss: each }));
  const at = (share: number): string =>
    `in epoch ${(epoch[Math.round(share * losses.length) - 1] as number) + 1}`;
  const facts = { train: loss.at(-1) ?? NaN, name: "validation", at };
  const message = pastBestText(looks, facts);
  if (message === undefined) return;
  trainer.events.emit("warning", () => ({ code: "NOTE", message }));
}
