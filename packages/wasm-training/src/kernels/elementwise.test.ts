import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { draw, expectEngineAgreement, numbers, wholes } from "../../testing/kernel-cases.js";

interface Slopes {
  readonly x: readonly number[];
  readonly alpha: readonly number[];
  readonly seed: number;
}

/** Shapes that broadcast to one another; either may lack axes, or have one where the other has more. */
const slopes = (least: number): fc.Arbitrary<Slopes> =>
  fc
    .record({
      axes: fc.array(
        fc.tuple(fc.integer({ min: least, max: 6 }), fc.constantFrom("both", "x", "x", "alpha")),
        {
          maxLength: 4,
        },
      ),
      lack: fc.nat(4),
      seed: fc.integer({ min: 1, max: 1e6 }),
    })
    .map(({ axes, lack, seed }) => ({
      x: axes.map(([length, of]) => (of === "alpha" ? 1 : length)),
      alpha: axes.map(([length, of]) => (of === "x" ? 1 : length)).slice(lack),
      seed,
    }));

function bend({ x, alpha, seed }: Slopes): tf.Tensor {
  return tf.prelu(numbers(x, seed), numbers(alpha, seed + 1));
}

describe("Prelu", () => {
  test("equals the cpu engine's for 60 shapes of x and α", async () => {
    await expectEngineAgreement(draw(slopes(1), 60), { run: bend });
  });

  test("equals it for one α for each channel, one for all, and one for each number", async () => {
    const x = [2, 5, 4, 9];
    const alphas = [[9], [1], [], [5, 4, 9], [1, 1, 9], [5, 1, 1], x];
    const cases = alphas.map((alpha) => ({ x, alpha, seed: 5 }));
    await expectEngineAgreement(cases, { run: bend });
  });

  test("is empty for lengths of none", async () => {
    const cases = draw(slopes(0), 100).filter((given) => given.x.includes(0));
    await expectEngineAgreement(cases.slice(0, 10), { run: bend });
  });

  test("equals it for ±∞, ±0 and large numbers, however α is given", async () => {
    const given = [Infinity, -Infinity, 0, -0, 3e38, -3e38, 1e-40, -1e-40];
    await expectEngineAgreement([[8], [1], [2, 1], []], {
      run: (shape: number[]) => tf.prelu(tf.tensor([given, given]), tf.fill(shape, 0.25)),
    });
  });

  test("takes whole numbers", async () => {
    await expectEngineAgreement([[4], [1], [3, 1]], {
      run: (alpha: number[]) => [
        tf.prelu(wholes([3, 4], [-9, 9], 1), numbers(alpha, 2)),
        tf.prelu(numbers([3, 4], 1), wholes(alpha, [-9, 9], 2)),
      ],
    });
  });

  test("has the gradients of the cpu engine", async () => {
    const cases = draw(slopes(1), 60).filter(
      ({ x, alpha }) =>
        tf.backend_util.assertAndGetBroadcastShape([...x], [...alpha]).join() === x.join(),
    );
    expect(cases.length).toBeGreaterThan(20);
    await expectEngineAgreement(cases, {
      run: ({ x, alpha, seed }) => {
        const given = [numbers(x, seed), numbers(alpha, seed + 1)];
        const f = (a: tf.Tensor, b: tf.Tensor) => tf.prelu(a, b);
        return tf.grads(f)(given, numbers(x, seed + 2));
      },
    });
  });
});

const KINDS: Readonly<Record<string, () => tf.Tensor>> = {
  float32: () => numbers([3, 4], 1),
  int32: () => wholes([3, 4], [-9, 9], 1),
  bool: () => tf.tidy(() => tf.greater(numbers([3, 4], 1), 0)),
  string: () => tf.tensor(["to", "be", "or", "not"], [2, 2]),
  "a scalar": () => tf.scalar(3),
  "an empty tensor": () => tf.zeros([0, 3]),
};

describe("Identity", () => {
  beforeAll(async () => {
    await tf.setBackend("wasm");
  });

  describe.each(Object.keys(KINDS))("of %s", (kind) => {
    const make = KINDS[kind] as () => tf.Tensor;

    test("lives on when the original is disposed of, and the other way round", () => {
      for (const first of ["original", "copy"]) {
        const original = make();
        const values = [...original.dataSync()];
        const copy = tf.clone(original);
        const [gone, kept] = first === "original" ? [original, copy] : [copy, original];
        gone.dispose();
        tf.fill([3, 4], NaN).dispose();
        numbers([3, 4], 9).dispose();
        expect([kept.shape, kept.dtype]).toEqual([gone.shape, gone.dtype]);
        expect([...kept.dataSync()]).toEqual(values);
        expect(() => gone.dataSync()).toThrow("disposed");
        kept.dispose();
      }
    });

    test("leaves no tensor and no data behind", () => {
      const { numTensors, numDataBuffers } = tf.memory();
      const original = make();
      const copies = [tf.clone(original), tf.clone(original)];
      copies.push(tf.clone(copies[0] as tf.Tensor));
      tf.dispose([...copies, original]);
      expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers });
    });
  });

  test("follows a tensor to another engine and back", async () => {
    const original = numbers([5], 3);
    const values = [...original.dataSync()];
    const copy = tf.clone(original);
    await tf.setBackend("cpu");
    const doubled = tf.mul(copy, 2);
    original.dispose();
    await tf.setBackend("wasm");
    expect([...tf.add(copy, 0).dataSync()]).toEqual(values);
    expect([...tf.div(doubled, 2).dataSync()]).toEqual(values);
  });

  test("keeps a variable apart from the tensor that it was assigned", () => {
    const first = tf.tensor1d([1, 2, 3]);
    const variable = tf.variable(first);
    variable.assign(tf.tensor1d([4, 5, 6]));
    expect([...first.dataSync()]).toEqual([1, 2, 3]);
    const seen = tf.clone(variable);
    variable.assign(tf.tensor1d([7, 8, 9]));
    expect([...seen.dataSync()]).toEqual([4, 5, 6]);
    variable.dispose();
    expect([...seen.dataSync()]).toEqual([4, 5, 6]);
  });

  test("passes gradients on", async () => {
    await expectEngineAgreement([[3, 4], [], [0, 2]], {
      run: (shape: number[]) => {
        const f = (x: tf.Tensor) => tf.mul(tf.clone(x), tf.clone(x));
        return tf.grad(f)(numbers(shape, 1), numbers(shape, 2));
      },
    });
  });
});
