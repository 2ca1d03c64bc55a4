import { z } from "zod";

/** Validates the options of a learner. */
export const learnerOptionsSchema = z.strictObject({
  loss: z
    .enum(["logits", "as-compiled", "none"])
    .default("logits")
    .describe(
      "train softmax and sigmoid heads on their logits, or as the model was compiled; none: outputs are embeddings, for estimators with a loss of their own",
    ),
  mask: z
    .boolean()
    .default(false)
    .describe("apply the model's masks in the loss (TensorFlow.js does not)"),
  weightDecay: z
    .number()
    .nonnegative()
    .default(0)
    .describe("decoupled weight decay of kernels: each update also takes rate · decay off them"),
  lossWeights: z
    .array(z.number().nonnegative())
    .optional()
    .describe("factor of each output's loss"),
  classWeights: z
    .array(
      z
        .strictObject({
          weights: z.array(z.number().nonnegative()).min(1),
          coding: z.enum(["ids", "shares", "share"]),
        })
        .nullable(),
    )
    .optional()
    .describe("of each output, the weight of every class, at each position; training alone"),
  weighted: z
    .boolean()
    .default(false)
    .describe("examples carry weights, so that even a constant gradient norm ranks them"),
});

/** Options of a learner, with defaults filled in. */
export type LearnerOptions = z.output<typeof learnerOptionsSchema>;
