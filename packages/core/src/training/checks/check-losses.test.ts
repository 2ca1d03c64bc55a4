import { expect, test } from "vitest";
import type { Dataset } from "../../contracts/dataset.js";
import { checkLosses } from "./check-losses.js";

function dataset(x: number, y: number): Dataset {
  const column = (value: number) => [
    { data: Float32Array.of(value), shape: [1, 1], dtype: "float32" as const },
  ];
  return { size: 100, take: () => ({ size: 1, inputs: column(x), targets: column(y) }) };
}

const rows = { ids: Uint32Array.of(40, 41, 42), keys: new Uint32Array(3) };
const result = (losses: number[], loss = 1) => ({
  loss,
  metrics: {},
  signals: { loss: Float32Array.from(losses) },
});

test("finite losses pass", async () => {
  await expect(checkLosses(result([1, 2, 3]), rows, dataset(0, 0))).resolves.toBeUndefined();
});

test.each([
  [NaN, 0, /example 41 is NaN.*inputs hold NaN/],
  [0, Infinity, /example 41 is NaN.*targets hold NaN or infinity/],
  [0, 0, /example 41 is NaN.*training diverged/],
])(
  "a loss that is not finite names its example and the cause: x %f, y %f",
  async (x, y, message) => {
    const check = checkLosses(result([1, NaN, 3]), rows, dataset(x, y));
    await expect(check).rejects.toThrow(
      expect.objectContaining({
        code: "LOSS_NOT_FINITE",
        message: expect.stringMatching(message) as string,
      }) as Error,
    );
  },
);
