import { readFile } from "node:fs/promises";
import { cpu } from "@unequal/backends";
import { setUpPart } from "@unequal/core";
import { beforeAll, describe, expect, test } from "vitest";
import { INTENDED, type IntendedDifference } from "./intended.js";
import { shownOfCallbacks } from "./intended/show-callbacks.js";
import { shownOfData } from "./intended/show-data.js";
import { shownOfLosses } from "./intended/show-losses.js";
import { shownOfStreams } from "./intended/show-streams.js";
import type { Show } from "./intended/small-models.js";

beforeAll(async () => {
  await setUpPart("backend", cpu()).start();
});

const shown: Readonly<Record<IntendedDifference, Show>> = {
  ...shownOfCallbacks,
  ...shownOfData,
  ...shownOfLosses,
  ...shownOfStreams,
};

describe("what differs from TensorFlow.js on purpose", () => {
  test.each(Object.entries(shown))("%s", async (_, show) => {
    await show();
  });
});

test("docs/fit.md has a row for each difference, in the same words", async () => {
  const page = await readFile(new URL("../../docs/fit.md", import.meta.url), "utf8");
  const [, table = ""] = page.split("## Where it differs");
  const rows = table.match(/^\| `[a-z0-9-]+` \|.*$/gm);
  const wanted = Object.entries(INTENDED).map(
    ([key, { theirs, ours, reason }]) => `| \`${key}\` | ${theirs} | ${ours} | ${reason} |`,
  );
  expect(rows).toEqual(wanted);
});
