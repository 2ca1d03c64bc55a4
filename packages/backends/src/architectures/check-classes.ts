import { UnequalError, type ModelRequest } from "@unequal/core";

/** Checks that there are classes for a softmax head to tell apart. @throws HEAD_UNSUITED */
export function checkClasses(architecture: string, { classes }: ModelRequest): void {
  if (classes >= 2) return;
  throw new UnequalError(
    "HEAD_UNSUITED",
    `The architecture "${architecture}" ends in a softmax and tells two classes or more apart, but the targets are one number for each example: a softmax of one unit is always 1 and learns nothing. For classes give one-hot targets, [N, C]; for numbers give a model of your own in the configuration (defineModel), with a linear unit and meanSquaredError, or with a sigmoid and binaryCrossentropy for yes or no.`,
  );
}
