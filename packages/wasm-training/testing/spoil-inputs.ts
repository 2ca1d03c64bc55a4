import * as tf from "@tensorflow/tfjs";
import { createRandom, type Random } from "@unequal/core";
import { numbers, wholes } from "./kernel-cases.js";
import { RECIPES } from "./mismatch-cases.js";
import type { Recipe } from "./mismatch-recipe.js";

interface Input {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int32" | "bool" | "string";
  readonly disposed: boolean;
}

/** A call of a kernel, most with something wrong about it. */
export interface Mismatch {
  readonly recipe: Recipe;
  readonly inputs: readonly Input[];
  readonly attrs: Readonly<Record<string, unknown>>;
  /** By the kernel's name, and not by the public function, which looks at some of it first. */
  readonly direct: boolean;
  /** Whether no input was changed. */
  readonly whole: boolean;
  readonly seed: number;
}

function otherShape(shape: readonly number[], random: Random): readonly number[] {
  const at = random.integer(shape.length + 1);
  const length = shape[at] ?? 1;
  const changed = (other: number): number[] =>
    shape.map((each, axis) => (axis === at ? other : each));
  const ways: (() => readonly number[])[] = [
    () => changed(length + 1 + random.integer(3)),
    () => changed(Math.max(0, length - 1 - random.integer(2))),
    () => changed(0),
    () => changed(1),
    () => changed(100),
    () => [...shape.slice(0, at), 1 + random.integer(3), ...shape.slice(at)],
    () => shape.filter((_, axis) => axis !== at),
    () => [...shape].reverse(),
    () => [shape.reduce((size, each) => size * each, 1)],
  ];
  return (ways[random.integer(ways.length)] as (typeof ways)[number])();
}

function spoil(input: Input, random: Random): Input {
  const way = random.uniform();
  if (way < 0.6) return { ...input, shape: otherShape(input.shape, random) };
  if (way > 0.85) return { ...input, disposed: true };
  const types = (["float32", "int32", "bool", "string"] as const).filter(
    (dtype) => dtype !== input.dtype,
  );
  return { ...input, dtype: types[random.integer(3)] as Input["dtype"] };
}

/** Draws a call: the same for the same number. */
export function drawMismatch(seed: number): Mismatch {
  const random = createRandom(seed);
  const recipe = RECIPES[seed % RECIPES.length] as Recipe;
  const drawn = Object.entries(recipe.shapes(random)).map(([name, shape]): Input => {
    const dtype = recipe.wholes?.[name] === undefined ? "float32" : "int32";
    return { name, shape, dtype, disposed: false };
  });
  const times = random.uniform() < 0.1 ? 0 : recipe.own || random.uniform() < 0.7 ? 1 : 2;
  const inputs = [...drawn];
  for (let time = 0; time < times; time++) {
    const at = random.integer(inputs.length);
    inputs[at] = spoil(inputs[at] as Input, random);
  }
  const direct =
    recipe.op === undefined || (!recipe.kernel.includes(".") && random.uniform() < 0.7);
  const whole = JSON.stringify(inputs) === JSON.stringify(drawn);
  return { recipe, inputs, attrs: recipe.attrs?.(random) ?? {}, direct, whole, seed };
}

function tensorOf({ name, shape, dtype }: Input, { recipe, seed }: Mismatch): tf.Tensor {
  const size = tf.util.sizeFromShape([...shape]);
  const most = recipe.wholes?.[name];
  if (dtype === "string") return tf.tensor(Array<string>(size).fill("a"), [...shape], "string");
  if (dtype === "bool")
    return tf.tensor(
      Array.from({ length: size }, (_, at) => at % 2),
      [...shape],
      "bool",
    );
  if (dtype === "int32" || most !== undefined) {
    const values = wholes(shape, [0, most ?? 3], seed);
    return dtype === "int32" ? values : tf.tensor(values.dataSync(), [...shape], "float32");
  }
  const values = numbers(shape, seed + name.length);
  return recipe.positive?.includes(name) ? tf.add(tf.abs(values), 0.1) : values;
}

/** Makes the tensors of a call, and disposes those that are to be. */
export function makeInputs(mismatch: Mismatch): Record<string, tf.Tensor> {
  const made = mismatch.inputs.map((input) => {
    const tensor = tensorOf(input, mismatch);
    if (input.disposed) tensor.dispose();
    return [input.name, tensor] as const;
  });
  return Object.fromEntries(made);
}
