import { expect, test } from "vitest";
import { EventBus } from "../../events.js";
import { setUpPart } from "../../plugin/set-up-part.js";
import { toyProgress } from "../../testing/toy-pool.js";
import { totalVariation } from "./total-variation.js";

/** Decides after each of some total variations, told in turn by uniform and importance steps. */
function decisions(
  values: readonly number[],
  options: Parameters<typeof totalVariation>[0],
): string {
  const events = new EventBus();
  const gate = setUpPart("gate", totalVariation(options), { events });
  const decided = values.map((value, at) => {
    const estimate = {
      ...{ tau: 1, dispersion: 1, totalVariation: value, gain: 1 },
      ...{ candidates: 4, count: 2 },
    };
    if (at % 2 === 0) {
      events.emit("batch:scored", () => ({
        ids: new Uint32Array(1),
        scores: new Float32Array(1),
        age: 0,
        skipped: 0,
        estimate,
      }));
    } else {
      events.emit("step:end", () => ({
        progress: toyProgress(at),
        importance: false,
        loss: 1,
        metrics: {},
        rows: 2,
        loaded: 2,
        durations: { load: 0, score: 0, train: 0 },
        estimate,
      }));
    }
    return gate.decide(toyProgress(at)) ? "1" : "0";
  });
  return decided.join("");
}

test("is on while the moving average exceeds the threshold, with hysteresis and dwell", () => {
  const plain = { threshold: 0.4, margin: 0, dwell: 1, smoothing: 0 };
  expect(decisions([0.39, 0.41, 0.39, 0.4], plain)).toBe("0101");
  expect(decisions([0.41, 0.45, 0.37, 0.35], { ...plain, margin: 0.1 })).toBe("0110");
  expect(decisions([0.5, 0.5, 0.5, 0.1, 0.1, 0.1], { ...plain, dwell: 3 })).toBe("001110");
});

test("equals the authors' condition past the start, whose average begins at 0 and has no correction", () => {
  const values = Array.from({ length: 200 }, (_, at) => 0.5 + 0.3 * Math.sin(at / 9));
  let theirs = 0;
  const wanted = values.map((value) => {
    theirs = 0.9 * theirs + 0.1 * value;
    return theirs > 0.5 ? "1" : "0";
  });
  const ours = decisions(values, { margin: 0, dwell: 1 });
  expect(ours.slice(60)).toBe(wanted.join("").slice(60));
  expect(ours.slice(60)).toMatch(/10+1+0/);
});

test.each([{ threshold: 1.5 }, { threshold: -1 }, { treshold: 0.5 }])("refuses %o", (options) => {
  expect(() => totalVariation(options)).toThrow(
    expect.objectContaining({ code: "OPTION_INVALID" }) as Error,
  );
});
