import { linear, scheduled, UnequalError, validateOptions, type Progress } from "@unequal/core";
import { z } from "zod";

const share = z.number().min(0).max(1);

/** The schema of β: a number from 0 to 1, or a schedule of such numbers. */
export const betaSchema = scheduled(share);

const momentSchema = z.strictObject({ done: share.optional(), beta: share.optional() });

/** Tells how far training is, for β. */
export interface ReplayMoment {
  /** Share of training that is done, 0 to 1: what a schedule of β goes by, unless it counts samples. */
  readonly done?: number;
  /** β itself, instead of the schedule's. */
  readonly beta?: number;
}

/** What a buffer has done; a sample counts as an update, and ⌈capacity / count⌉ of them as an epoch. */
export interface ReplayCounts {
  readonly samples: number;
  readonly added: number;
  readonly samplesPerEpoch: number;
}

function progressOf({ samples, added, samplesPerEpoch }: ReplayCounts, done?: number): Progress {
  const epoch = Math.floor(samples / samplesPerEpoch);
  return {
    update: samples,
    seen: added,
    trained: samples,
    epoch,
    updatesPerEpoch: samplesPerEpoch,
    pass: epoch,
    seconds: 0,
    ...(done !== undefined && { done }),
  };
}

/**
 * Makes the function that gives β at a moment: as told, by the schedule given, or from `start` to 1 over training.
 * @throws OPTION_INVALID, when called, if the moment does not say what the schedule needs
 */
export function betaAt(
  given: z.output<typeof betaSchema> | undefined,
  start: number,
): (moment: ReplayMoment, counts: ReplayCounts) => number {
  const schedule = given ?? betaSchema.parse(linear(start, 1));
  return (moment, counts) => {
    validateOptions("sample()", momentSchema, moment);
    const { done, beta } = moment;
    if (beta !== undefined) return beta;
    if (done === undefined && given === undefined) {
      throw new UnequalError(
        "OPTION_INVALID",
        `sample() must be told how far training is, since β grows from ${start} to 1 along it. Pass { done: step / steps } or { beta }, or give the buffer a beta that counts samples, such as linear(${start}, 1, "50000up").`,
      );
    }
    return schedule(progressOf(counts, done));
  };
}
