/** The ways to replay, in the order of the paper's figure. */
export declare const REPLAYS: Readonly<
  Record<"uniform" | "rank-based" | "proportional" | "greedy oracle", unknown>
>;

/** Counts the updates that a replay needs with n states. */
export declare function updatesNeeded(
  name: keyof typeof REPLAYS,
  states: number,
  seed: number,
): number;
