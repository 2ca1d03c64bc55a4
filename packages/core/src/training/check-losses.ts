import type { Columns } from "../contracts/arrays.js";
import type { Dataset } from "../contracts/dataset.js";
import type { StepResult } from "../contracts/learner.js";
import { UnequalError } from "../errors.js";

function finite(columns: Columns): boolean {
  return Object.values(columns).every((column) =>
    (column.data as Float32Array).every(Number.isFinite),
  );
}

async function cause(dataset: Dataset, id: number, key: number): Promise<string> {
  const { inputs, targets } = await dataset.take(Uint32Array.of(id), Uint32Array.of(key));
  if (!finite(inputs)) return "Its inputs hold NaN or infinity: repair or leave out that example.";
  if (!finite(targets))
    return "Its targets hold NaN or infinity: repair or leave out that example.";
  return "Its data are finite, so training diverged: lower the learning rate or clip the gradient. In the first steps a loss function of your own may be at fault: it is called as loss(targets, outputs).";
}

/**
 * Checks that the loss of every trained example is a finite number.
 * @throws LOSS_NOT_FINITE naming the first example that has none, and whether its data are to blame
 */
export async function checkLosses(
  result: StepResult,
  { ids, keys }: { readonly ids: Uint32Array; readonly keys: Uint32Array },
  dataset: Dataset,
): Promise<void> {
  const losses = result.signals.loss;
  const row = losses?.findIndex((loss) => !Number.isFinite(loss)) ?? -1;
  if (row < 0 && Number.isFinite(result.loss)) return;
  const id = ids[Math.max(row, 0)] as number;
  const advice = await cause(dataset, id, keys[Math.max(row, 0)] as number);
  throw new UnequalError(
    "LOSS_NOT_FINITE",
    `The loss of example ${id} is ${losses?.[Math.max(row, 0)] ?? result.loss}. ${advice}`,
  );
}
