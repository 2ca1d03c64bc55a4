import { UnequalError, type Dataset } from "@unequal/core";

const CHUNK = 256;

/**
 * Checks that some example counts, once sample and class weights are multiplied and examples to validate on set aside. Reads
 * no further than the first that does.
 *
 * @throws DATASET_INVALID if every example weighs 0
 */
export async function checkWeights(train: Dataset): Promise<void> {
  for (let from = 0; from < train.size; from += CHUNK) {
    const length = Math.min(CHUNK, train.size - from);
    const ids = Uint32Array.from({ length }, (_, at) => from + at);
    const { weights } = await train.take(ids, new Uint32Array(length));
    if (weights === undefined || weights.some((weight) => weight > 0)) return;
  }
  throw new UnequalError(
    "DATASET_INVALID",
    `Some example must weigh more than 0, but with their sample and class weights all ${train.size} to train on weigh 0: nothing would be learnt. Correct the weights.`,
  );
}
