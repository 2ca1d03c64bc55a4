import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { draw, expectEngineAgreement, numbers, wholes } from "../../testing/kernel-cases.js";

interface Equation {
  /** The letters of each operand. */
  readonly terms: readonly (readonly string[])[];
  readonly output: readonly string[];
  readonly lengths: Readonly<Record<string, number>>;
  readonly seed: number;
}

const LETTERS = ["a", "b", "c", "d", "e"];

const subsequence = (letters: readonly string[]): fc.Arbitrary<string[]> =>
  fc
    .shuffledSubarray([...letters], { maxLength: Math.min(4, letters.length) })
    .map((some) => [...some]);

/** Equations without a letter twice in one operand. */
function equations(operands: number, shortest: number): fc.Arbitrary<Equation> {
  const length = fc.integer({ min: shortest, max: 5 });
  return fc
    .record({
      terms: fc.array(subsequence(LETTERS), { minLength: operands, maxLength: operands }),
      lengths: fc.tuple(length, length, length, length, length),
      seed: fc.integer({ min: 1, max: 1e6 }),
    })
    .chain(({ terms, lengths, seed }) =>
      subsequence([...new Set(terms.flat())]).map((output) => ({
        terms,
        output,
        lengths: Object.fromEntries(LETTERS.map((letter, at) => [letter, lengths[at] as number])),
        seed,
      })),
    );
}

function textOf({ terms, output }: Equation): string {
  return `${terms.map((term) => term.join("")).join()}->${output.join("")}`;
}

type Make = (shape: number[], seed: number) => tf.Tensor;

function operandsOf({ terms, lengths, seed }: Equation, make: Make): tf.Tensor[] {
  return terms.map((term, at) =>
    make(
      term.map((letter) => lengths[letter] as number),
      seed + at,
    ),
  );
}

/**
 * Multiplies everything by everything, then sums. The cpu engine's own kernel loses axes that are summed in one
 * operand alone.
 */
function naive(given: Equation, make: Make): tf.Tensor {
  const { terms, output } = given;
  const letters = [...output, ...LETTERS.filter((letter) => !output.includes(letter))];
  const spread = operandsOf(given, make).map((x, at) => {
    const term = terms[at] as readonly string[];
    const own = letters.filter((letter) => term.includes(letter));
    const turned = tf.transpose(
      x,
      own.map((letter) => term.indexOf(letter)),
    );
    return tf.reshape(
      turned,
      letters.map((letter) => (term.includes(letter) ? (given.lengths[letter] as number) : 1)),
    );
  });
  const all = spread.reduce((a, b) => tf.mul(a, b));
  const summed = letters.flatMap((_, at) => (at >= output.length ? [at] : []));
  return tf.sum(all, summed);
}

const float: Make = (shape, seed) => numbers(shape, seed);
const int: Make = (shape, seed) => wholes(shape, [-9, 9], seed);

describe("Einsum", () => {
  test("equals products and sums of the cpu engine for 100 equations of two operands", async () => {
    await expectEngineAgreement(draw(equations(2, 1), 100), {
      run: (given) => tf.einsum(textOf(given), ...operandsOf(given, float)),
      reference: (given) => naive(given, float),
    });
  });

  test("equals them for 40 equations of one operand", async () => {
    await expectEngineAgreement(draw(equations(1, 1), 40), {
      run: (given) => tf.einsum(textOf(given), ...operandsOf(given, float)),
      reference: (given) => naive(given, float),
    });
  });

  test("equals them for 30 equations of whole numbers, exactly and as whole numbers", async () => {
    const cases = [...draw(equations(2, 1), 20), ...draw(equations(1, 1), 10)];
    await expectEngineAgreement(cases, {
      run: (given) => tf.einsum(textOf(given), ...operandsOf(given, int)),
      reference: (given) => naive(given, int).toInt(),
    });
  });

  test("equals them for 30 equations with lengths of none", async () => {
    const cases = draw(equations(2, 0), 200).filter((given) =>
      given.terms.flat().some((letter) => given.lengths[letter] === 0),
    );
    expect(cases.length).toBeGreaterThan(30);
    await expectEngineAgreement(cases.slice(0, 30), {
      run: (given) => tf.einsum(textOf(given), ...operandsOf(given, float)),
      reference: (given) => naive(given, float),
    });
  });

  // as layers of attention ask, with lengths next to those of a block
  test.each([
    ["abcd,abed->abce", { a: 2, b: 3, c: 9, d: 33, e: 17 }],
    ["abce,abed->abcd", { a: 2, b: 3, c: 9, d: 33, e: 17 }],
    ["ab,bc->ac", { a: 129, b: 257, c: 9 }],
    ["ba,bc->ca", { a: 5, b: 300, c: 8 }],
    ["abc,cde->abde", { a: 3, b: 43, c: 16, d: 2, e: 8 }],
  ])("equals the cpu engine's own for %s", async (equation, lengths) => {
    const terms = (equation.split("->")[0] as string).split(",").map((term) => term.split(""));
    const given: Equation = { terms, output: [], lengths, seed: 11 };
    await expectEngineAgreement([given], {
      run: () => tf.einsum(equation, ...operandsOf(given, float)),
    });
  });

  test("refuses what the cpu engine refuses", () => {
    const x = tf.ones([2, 3]);
    expect(() => tf.einsum("ij,kj", x, x)).toThrow("without an arrow");
    expect(() => tf.einsum("ii->i", x)).toThrow("duplicate axes");
    expect(() => tf.einsum("ij,ji->i", x, x)).toThrow("Expected dimension");
  });
});
