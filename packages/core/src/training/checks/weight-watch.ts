import type { DrawLaw } from "../../contracts/selection.js";
import type { EventBus } from "../../events.js";
import { rarely } from "./rarely.js";

/** How many times as much as a row of a uniform batch a row must count to be called heavy. */
const HEAVY = 10;
/** Share of a step's loss that is too much for heavy rows. */
const TOO_MUCH = 0.75;
/** Share of the rows that heavy ones may be at most to be few. */
const FEW = 0.25;
/** Share of a loss that is too much for rows that can never be drawn. */
const OUT_OF_REACH = 0.05;

const REMEDY =
  'What bounds weights and gives every row a chance, without bias: scores smoothed by the sampler "additive" or "adaptive" around this one, or a larger uniform share, where the sampler has one (its option `uniform`). The weighting "capped" bounds weights too, but with bias.';

/** The rows of an importance step. */
interface WeighedRows {
  readonly ids: Uint32Array;
  /** What each row's loss is multiplied with, that of a first stage included, [n]. */
  readonly coefficients: Float32Array;
  /** Loss of each, as the step found it, [n]. */
  readonly losses: Float32Array;
}

/** Says on the bus where weights spoil a step: the first time, the tenth, the hundredth and so on. */
export interface WeightWatch {
  /** Notes the law that the rows of coming steps are drawn by. */
  readonly drawn: (law: DrawLaw) => void;
  /**
   * Tells where weights exploded, `WEIGHTS_EXPLODED`: among n rows those of weight n c > 10 are at most a quarter, and make up
   * more than three quarters of Σ c ℓ. Rows drawn in proportion to what they turn out to cost never do, however large their weights: their
   * c ℓ are alike. O(n).
   */
  readonly stepped: (rows: WeighedRows) => void;
  /**
   * Tells where rows can never be drawn that matter, `EXAMPLES_UNREACHABLE`: those of expectation 0 make up more than 0.05 of
   * Σ ℓ. What is never drawn is missing from the mean: a bias. O(n).
   */
  readonly reach: (law: DrawLaw, losses: Float32Array) => void;
}

function percent(share: number): string {
  return `${(100 * share).toPrecision(2)} %`;
}

function shareOf(values: ArrayLike<number>, counts: (row: number) => boolean): number {
  let [some, all] = [0, 0];
  for (let row = 0; row < values.length; row++) {
    const value = Math.abs(values[row] as number);
    all += value;
    if (counts(row)) some += value;
  }
  return all > 0 ? some / all : 0;
}

/** Computes (Σc)² / Σc²: how many rows of equal weight would be as good. */
function effectiveRows(coefficients: Float32Array): number {
  const sum = coefficients.reduce((total, c) => total + c, 0);
  return sum ** 2 / coefficients.reduce((total, c) => total + c * c, 0);
}

function explosion(
  { ids, coefficients, losses }: WeighedRows,
  law: DrawLaw | undefined,
): string | undefined {
  const size = ids.length;
  const heavy = (row: number): boolean => size * (coefficients[row] as number) > HEAVY;
  let [count, heaviest] = [0, 0];
  for (let row = 0; row < size; row++) {
    if (heavy(row)) count += 1;
    if ((coefficients[row] as number) > (coefficients[heaviest] as number)) heaviest = row;
  }
  if (count === 0 || count > FEW * size) return undefined;
  const share = shareOf(
    coefficients.map((c, row) => c * (losses[row] as number)),
    heavy,
  );
  if (!(share > TOO_MUCH)) return undefined;
  const weight = size * (coefficients[heaviest] as number);
  const never = law && law.expected.reduce((rows, e) => rows + (e === 0 ? 1 : 0), 0);
  const unreached = law
    ? ` ${percent((never as number) / law.expected.length)} of the candidates have no chance to be drawn.`
    : "";
  return `Weights exploded: example ${ids[heaviest]} counts ${Math.round(weight).toLocaleString("en-US")} times as much as in a uniform batch, and rows like it make up ${percent(share)} of the step's loss. They were drawn by scores far too small for what they cost. By its weights the step is worth ${effectiveRows(coefficients).toPrecision(2)} rows instead of ${size}.${unreached} ${REMEDY}`;
}

/** Creates the watch of a run. */
export function createWeightWatch(events: EventBus): WeightWatch {
  const due = { exploded: rarely(), unreachable: rarely() };
  let latest: DrawLaw | undefined;
  return {
    drawn: (law) => {
      latest = law;
    },
    stepped: (rows) => {
      const message = explosion(rows, latest);
      if (message === undefined || !due.exploded()) return;
      events.emit("warning", () => ({ code: "WEIGHTS_EXPLODED", message }));
    },
    reach: ({ expected }, losses) => {
      const share = shareOf(losses, (row) => expected[row] === 0);
      if (!(share > OUT_OF_REACH) || !due.unreachable()) return;
      const message = `Rows that make up ${percent(share)} of the loss have no chance to be drawn, since their scores are 0: the estimate leaves them out, which is a bias. ${REMEDY}`;
      events.emit("warning", () => ({ code: "EXAMPLES_UNREACHABLE", message }));
    },
  };
}
