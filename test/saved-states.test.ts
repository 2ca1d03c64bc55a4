import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { loadState, saveState } from "@unequal/checkpoints";
import { PrioritizedReplay } from "@unequal/samplers";
import { afterEach, beforeEach, expect, test } from "vitest";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), "unequal-states-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test("a replay buffer is saved and loaded in the same way", async () => {
  const make = () => new PrioritizedReplay<number>({ capacity: 8, seed: 1 });
  const [buffer, other] = [make(), make()];
  for (let item = 0; item < 11; item++) buffer.add(item);
  const file = path.join(dir, "buffer.safetensors");
  await saveState(file, buffer.state());
  other.restore((await loadState(file)) as ReturnType<typeof buffer.state>);
  expect(other.sample(4, { beta: 1 })).toEqual(buffer.sample(4, { beta: 1 }));
});
